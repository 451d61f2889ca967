//! End-to-end HTTP tests. Each test starts the real executable on its own database.

#[cfg(test)]
mod http {
    mod access_tokens;
    mod account_page;
    mod audit;
    mod authentication;
    mod authorization_matrix;
    mod browsers;
    mod bulk;
    mod canary;
    mod catalogue_pages;
    mod cli;
    mod command_line;
    mod connections;
    mod damage;
    mod documents;
    mod durability;
    mod examples;
    mod failures;
    mod guard;
    mod hosts;
    mod idempotency;
    mod input;
    mod limits;
    mod lists;
    mod long_lists;
    mod markup;
    mod members;
    mod metrics;
    mod null_and_missing;
    mod oauth;
    mod observability;
    mod one_server;
    mod organizations;
    mod pasted_secrets;
    mod people;
    mod protocol;
    mod reply;
    mod restore;
    mod revocation;
    mod scopes;
    mod sdk;
    mod secrets;
    mod server;
    mod service_accounts;
    mod signing_keys;
    mod slow_bodies;
    mod spellings;
    mod statuses;
    mod system;
    mod timing;
    mod tokens;
    mod unchanged;
    mod verify;
    mod well_known;
}
