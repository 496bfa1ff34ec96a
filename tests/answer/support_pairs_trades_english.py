"""Sentences of English passages of everyday trades, true and false."""

from tests.answer.support_case import Case

# As `support_pairs_trades.py`.
TRADES_ENGLISH = (
    Case(
        "Can I use the VPN on a router?\nYes, on routers with OpenWrt 21 or later. "
        "Up to 5 devices can connect at once; a router counts as one device. Port forwarding "
        "is not available on the Basic plan.",
        (
            "Yes, on routers that run OpenWrt 21 or later.",
            "A router counts as one device.",
            "You can connect up to five devices at the same time.",
            "The Basic plan doesn't offer port forwarding.",
        ),
        (
            "Port forwarding is available on the Basic plan.",
            "At least 5 devices have to be connected at once.",
            "A router counts as five devices.",
            "It works on any router.",
            "OpenWrt 21 or earlier is needed.",
        ),
    ),
    Case(
        "How do I dispute a card payment?\nOpen the payment in the app and tap Dispute "
        "within 60 days. We refund you provisionally within 2 business days while the "
        "merchant answers. Cash withdrawals cannot be disputed in the app; call us "
        "instead.",
        (
            "You have 60 days to dispute a payment in the app.",
            "Cash withdrawals can't be disputed in the app, so call us instead.",
            "We give you a provisional refund within two business days.",
        ),
        (
            "Cash withdrawals can be disputed in the app.",
            "You can dispute after 60 days.",
            "The merchant refunds you within 2 business days.",
            "We refund you permanently within 2 business days.",
            "Call us to dispute any payment.",
        ),
    ),
    Case(
        "Does the warranty cover the battery?\nThe frame is covered for 5 years, the "
        "battery for 2 years or 500 charge cycles, whichever comes first. Damage from "
        "water or third-party chargers is not covered. The warranty is not transferable.",
        (
            "The battery is covered for 2 years or 500 charge cycles.",
            "Water damage isn't covered.",
            "You can't transfer the warranty.",
            "The frame has a 5-year warranty.",
        ),
        (
            "The battery is covered for 5 years.",
            "The frame is covered for 500 charge cycles.",
            "Damage from third-party chargers is covered.",
            "The warranty is transferable.",
            "The battery is covered for 2 years or 500 charge cycles, whichever comes last.",
        ),
    ),
    Case(
        "Can I cancel my delivery order?\nYou can cancel free of charge until the restaurant "
        "accepts the order. After that we charge the full price. Refunds go to the "
        "original payment method within 5 days; vouchers are returned immediately.",
        (
            "You can cancel for free until the restaurant accepts your order.",
            "After that you pay the full price.",
            "Vouchers are returned straight away.",
        ),
        (
            "You can cancel free of charge after the restaurant accepts the order.",
            "Vouchers are returned within 5 days.",
            "Refunds go to your wallet.",
            "After that we charge half the price.",
            "You cannot cancel an order.",
        ),
    ),
    Case(
        "Are pre-existing conditions insured?\nOnly after a waiting period of 12 months,"
        " and only on the Premium plan. Accidents are insured from the first day on "
        "every plan. Claims must be filed by the policyholder before 31 March of the "
        "following year.",
        (
            "Accidents are insured from day one on every plan.",
            "Pre-existing conditions are insured only on the Premium plan, after 12 months.",
            "The policyholder must file claims before 31 March of the following year.",
        ),
        (
            "Pre-existing conditions are insured from the first day.",
            "Accidents are only insured on the Premium plan.",
            "Claims must be filed after 31 March.",
            "Pre-existing conditions are insured on every plan.",
            "Anyone can file the claim.",
        ),
    ),
    Case(
        "3.2.0 changed\nThe CLI now reads config.yaml before environment variables."
        " Dropped support for Node 16; Node 18 is the minimum. Logs are written to "
        "stderr instead of stdout.",
        (
            "Since 3.2.0 logs are written to stderr instead of stdout.",
            "Node 16 is no longer supported.",
            "You need at least Node 18.",
        ),
        (
            "Logs are written to stdout instead of stderr.",
            "Node 16 is still supported.",
            "The CLI reads environment variables before config.yaml.",
            "Node 18 is the maximum.",
            "Node 18 is no longer supported.",
        ),
    ),
    Case(
        "How many guests can I invite?\nFree workspaces can invite 3 guests, Team workspaces "
        "an unlimited number. Guests can comment but not edit. Only owners can invite "
        "guests.",
        (
            "A Free workspace can invite three guests.",
            "Guests can comment but can't edit.",
            "Only owners are able to invite guests.",
            "Team workspaces can have unlimited guests.",
        ),
        (
            "Free workspaces can invite an unlimited number of guests.",
            "Guests can edit.",
            "Guests can invite guests.",
            "Team workspaces can invite 3 guests.",
            "Members can invite guests too.",
            "Guests can edit but not comment.",
        ),
    ),
    Case(
        "Can I bring food on board?\nYes, solid food is allowed. Liquids over 100 ml "
        "are not allowed through security, except baby milk. Alcohol bought on board "
        "may only be served by the crew.",
        (
            "Solid food is allowed on board.",
            "Liquids over 100 ml aren't allowed through security.",
            "Only the crew may serve alcohol bought on board.",
        ),
        (
            "Liquids under 100 ml are not allowed.",
            "Solid food is not allowed.",
            "Baby milk is not allowed through security.",
            "Passengers may serve alcohol bought on board.",
            "All liquids are allowed.",
        ),
    ),
    Case(
        "How do I renew my library card?\nRenew online up to 30 days before it expires."
        " Expired cards must be renewed in person with photo ID. Children's cards are "
        "free; adult cards cost $10 a year.",
        (
            "You can renew online up to 30 days before the card expires.",
            "An expired card has to be renewed in person with photo ID.",
            "Adult cards cost $10 per year.",
        ),
        (
            "Expired cards can be renewed online.",
            "Children's cards cost $10 a year.",
            "Adult cards are free.",
            "Renew online up to 30 days after it expires.",
            "Adult cards cost $10 a month.",
        ),
    ),
    Case(
        "What does the cleaning service include?\nA standard clean covers floors, bathrooms "
        "and kitchen surfaces. Windows and ovens are extra and must be booked 48 hours "
        "ahead. We bring our own supplies.",
        (
            "The standard clean covers floors and bathrooms.",
            "Windows are extra and have to be booked 48 hours ahead.",
            "We bring our own supplies.",
        ),
        (
            "A standard clean covers windows.",
            "Ovens are included.",
            "You must bring your own supplies.",
            "Windows must be booked 24 hours ahead.",
        ),
    ),
    Case(
        "5.0.0 Breaking\nThe default port changes from 8080 to 9090. TLS 1.0 and 1."
        "1 are disabled by default; set allow_legacy_tls to enable them. Backups created "
        "before 5.0.0 cannot be restored.",
        (
            "In 5.0.0 the default port changes from 8080 to 9090.",
            "TLS 1.0 is disabled by default.",
            "Backups that were created before 5.0.0 can't be restored.",
        ),
        (
            "The default port changes from 9090 to 8080.",
            "TLS 1.0 is enabled by default.",
            "Backups created after 5.0.0 cannot be restored.",
            "The default port is 8080.",
            "Backups created before 5.0.0 can be restored.",
        ),
    ),
)
