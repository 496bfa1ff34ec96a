"""Words in Latin letters of which hardly any is a name: days, buttons, components, software."""

# ruff: noqa: SIM905 - a word list in quotes and commas is hard to read and to add to

# April, May, June and August are names too.
LATIN_WORDS = frozenset(
    """
        monday tuesday wednesday thursday friday saturday sunday january february march july
        september october november december
        save click billing settings setting failed denied shipping login logout sign register submit
        cancel delete edit export import search upload download share copy paste print preview
        publish refresh reload retry remove rename restore restart reset confirm continue next back
        close open home profile dashboard account accounts password security privacy notifications
        notification integrations integration members member workspace workspaces project projects
        reports report invoices invoice payment payments subscription subscriptions plans plan
        pricing checkout cart orders order returns return refunds refund delivery tracking support
        help contact about general advanced options option preferences tools view insert format
        window enable disable enabled disabled success error warning pending expired invalid
        unauthorized forbidden timeout rejected approved completed cancelled canceled shipped
        delivered processing backup trash archive archived inbox outbox drafts draft templates
        template filters filter webhooks webhook domains domain analytics logs usage limits limit
        permissions permission roles role groups group basic standard premium business enterprise
        professional starter ultimate free trial family personal express ground
        dialog menu table modal drawer form input select button buttons checkbox radio switch slider
        tree tabs tab tooltip popover pagination badge avatar carousel collapse timeline calendar
        layout grid divider breadcrumb dropdown steps progress spin skeleton alert alerts message
        messages popconfirm cascader transfer mentions picker canvas toast navbar sidebar header
        footer icon image images tag tags label labels list anchor affix segmented watermark
        yaml json xml toml csv html css sql graphql markdown swagger openapi postman
        zipkin jaeger kibana prometheus grafana zabbix nagios splunk sentry datadog helm istio
        consul vault terraform ansible puppet kubernetes kubelet etcd containerd podman jenkins
        harbor nexus traefik envoy caddy apache tomcat jetty gunicorn nacos sentinel dubbo seata
        zookeeper rabbitmq rocketmq pulsar logstash elastic elasticsearch memcached minio ceph mongo
        mongodb postgres postgresql oracle sqlite mariadb presto trino spark hive flink hadoop hbase
        airflow dagster superset metabase tableau looker pandas numpy pytorch tensorflow keras
        jupyter anaconda conda poetry celery fastapi django flask spring laravel rails express node
        koa nest nuxt remix astro vue react angular svelte webpack vite babel eslint jest mocha
        cypress selenium playwright storybook tailwind bootstrap maven gradle kotlin scala perl lua
        dart flutter electron xcode eclipse vim emacs sublime atom cursor copilot gemini llama
        ollama whisper jekyll hexo wordpress drupal joomla magento odoo
        confluence trello asana linear zapier shopify stripe salesforce zendesk intercom hubspot
        mailchimp dropbox evernote obsidian typora sketch photoshop illustrator blender unity unreal
        edge opera outlook gmail skype discord telegram signal messenger instagram facebook twitter
        youtube netflix spotify steam debian fedora centos arch harmonyos miui emui coloros hyperos
        originos
    """.split()
)
