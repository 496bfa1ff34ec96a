"""Sentences of English passages, true and false."""

from tests.answer.support_case import Case

ENGLISH = (
    Case(
        "Can I export chat history?\nYes. Only workspace owners can export chat history, as CSV. "
        "Guests cannot export anything.",
        (
            "Only workspace owners can export chat history.",
            "Chat history is exported as CSV.",
            "Guests cannot export chat history.",
        ),
        (
            "Everyone can export chat history.",
            "You can export chat history.",
            "Guests can export chat history.",
            "Workspace owners cannot export chat history.",
            "Workspace owners can export chat history as PDF.",
        ),
    ),
    Case(
        "How large can a file be?\nA single file may be up to 5 GB on every plan. "
        "Uploads resume within 48 hours after an interruption.",
        (
            "A single file may be up to 5 GB.",
            "A file can be at most 5 GB, on every plan.",
            "Uploads resume within 48 hours after an interruption.",
            "An interrupted upload resumes within two days.",
        ),
        (
            "A single file may be up to 50 GB.",
            "A single file must be at least 5 GB.",
            "Uploads resume within 48 minutes after an interruption.",
            "Uploads do not resume after an interruption.",
            "Uploads resume within 48 hours before an interruption.",
        ),
    ),
    Case(
        "How much does it cost?\nThe Pro plan costs $12 per user per month, the Enterprise plan "
        "$25 per user per month. Annual billing saves 20%. The Free plan has no time limit.",
        (
            "The Pro plan costs $12 per user per month.",
            "The Enterprise plan costs $25 per user per month.",
            "Annual billing saves 20%.",
            "There is no time limit on the Free plan.",
        ),
        (
            "The Pro plan costs $25 per user per month.",
            "The Enterprise plan costs $12 per user per month.",
            "The Pro plan costs $12 per user per year.",
            "The Pro plan costs €12 per user per month.",
            "Annual billing saves 25%.",
            "Monthly billing saves 20%.",
            "The Free plan has a time limit.",
        ),
    ),
    Case(
        "How do I reset my password?\nOpen Settings, choose Security, then Reset password. "
        "The link is sent by email and expires after 30 minutes. Two-factor codes are optional.",
        (
            "Open Settings, choose Security, then Reset password.",
            "The reset link is sent by email.",
            "The link expires after 30 minutes.",
            "Two-factor codes are optional.",
        ),
        (
            "The link is sent by SMS.",
            "The link expires after 30 hours.",
            "The link never expires.",
            "Two-factor codes are required.",
            "The link does not expire after 30 minutes.",
        ),
    ),
    Case(
        "Does it run on Linux?\nNo. The desktop app requires Windows 10 or later, or macOS 12 or "
        "later. On Linux, use the web app in Firefox or Chrome.",
        (
            "The desktop app does not run on Linux.",
            "The desktop app requires Windows 10 or later.",
            "On Linux, use the web app in Firefox.",
        ),
        (
            "The desktop app runs on Linux.",
            "The desktop app requires Windows 8 or later.",
            "The desktop app requires Windows 10 or earlier.",
            "On Linux, use the web app in Safari.",
        ),
    ),
    Case(
        "Can I get a refund?\nRefunds are possible within 14 days of purchase unless the license "
        "was activated. Refunds might take up to 10 business days.",
        (
            "Refunds are possible within 14 days of purchase.",
            "Refunds might take up to 10 business days.",
            "A license that was activated cannot be refunded.",
        ),
        (
            "Refunds are possible within 14 weeks of purchase.",
            "Refunds are not possible within 14 days of purchase.",
            "Refunds always take 10 business days.",
            "Refunds take at least 10 business days.",
        ),
    ),
    Case(
        "v3.2.0 added\nWebhooks can be signed with a secret. Signed webhooks carry the header "
        "X-Signature. From 3.2.0 to 3.4.1 the header was X-Hub-Signature.",
        (
            "Since v3.2.0, webhooks can be signed with a secret.",
            "Signed webhooks carry the header X-Signature.",
            "From 3.2.0 to 3.4.1 the header was X-Hub-Signature.",
        ),
        (
            "Since v3.3.0, webhooks can be signed with a secret.",
            "Webhooks cannot be signed with a secret.",
            "Signed webhooks carry the header X-Token.",
            "From 3.2.0 to 3.5.1 the header was X-Hub-Signature.",
        ),
    ),
    Case(
        "Who can delete a workspace?\nAn owner can delete a workspace; admins can only archive it. "
        "Deletion is permanent and cannot be undone. All members are notified by email.",
        (
            "An owner can delete a workspace.",
            "Admins can only archive a workspace.",
            "Deletion is permanent and cannot be undone.",
            "All members are notified by email.",
        ),
        (
            "Admins can delete a workspace.",
            "A member can delete a workspace.",
            "Deletion is temporary and can be undone.",
            "Deletion can be undone.",
            "No members are notified by email.",
        ),
    ),
)
