"""Accounts: who signs in, with what and from where, and where their things are sent to."""

from services.accounts.addresses import AddressDraft, delete_address, save_address
from services.accounts.changing import (
    change_password,
    prepare_change,
    prepare_reset,
    request_letter,
    reset_password,
    verify_email,
)
from services.accounts.emails import EmailKey, email_key
from services.accounts.ending import (
    delete_old_sessions,
    end_sessions,
    log_out,
    log_out_by_token,
    revoke_other_sessions,
    revoke_session,
)
from services.accounts.letter_tokens import Purpose, read_letter_token
from services.accounts.letters import mail_job
from services.accounts.opening import issue_tokens, refresh
from services.accounts.passwords import Passwords
from services.accounts.records import (
    AccountRecord,
    AddressRecord,
    Device,
    Ended,
    IssuedTokens,
    Opened,
    SessionRecord,
)
from services.accounts.registering import NewAccount, check_registration, create_account, register, save_profile
from services.accounts.sessions import session_is_alive, shut_out
from services.accounts.signing_in import prove_by_email, sign_in

__all__ = [
    "AccountRecord",
    "AddressDraft",
    "AddressRecord",
    "Device",
    "EmailKey",
    "Ended",
    "IssuedTokens",
    "NewAccount",
    "Opened",
    "Passwords",
    "Purpose",
    "SessionRecord",
    "change_password",
    "check_registration",
    "create_account",
    "delete_address",
    "delete_old_sessions",
    "email_key",
    "end_sessions",
    "issue_tokens",
    "log_out",
    "log_out_by_token",
    "mail_job",
    "prepare_change",
    "prepare_reset",
    "prove_by_email",
    "read_letter_token",
    "refresh",
    "register",
    "request_letter",
    "reset_password",
    "revoke_other_sessions",
    "revoke_session",
    "save_address",
    "save_profile",
    "session_is_alive",
    "shut_out",
    "sign_in",
    "verify_email",
]
