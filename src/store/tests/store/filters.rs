//! Filtered lists, compared with a filter over every token.

use mintkey_domain::{
    Email, OrganizationId, Principal, Role, ScopeSet, SearchText, TokenId, TokenKind, TokenSort, TokenStatus,
};
use mintkey_store::{PageRequest, Token, TokenFilter};

use super::{
    harness::Database,
    make::{self, DAY, NOW, at},
};

on_both_engines! {
    every_filter_finds_what_looking_at_every_token_finds
    a_search_finds_beginnings_of_words_hints_and_addresses
    a_search_finds_owners_descriptions_and_ids
    every_spelling_of_a_label_is_found
    a_long_text_without_spaces_is_kept_and_found
}

const LABELS: [&str; 6] = ["Edge node", "edge-gateway", "Ärger über", "CI: deploy (prod)", "backup", "node_7"];

fn all(organization: OrganizationId, owners: &[Principal]) -> Vec<Token> {
    (0..90_i64)
        .map(|n| {
            let pick = usize::try_from(n).unwrap();
            let mut token = make::token(organization, owners[pick % owners.len()], LABELS[pick % LABELS.len()]);
            token.created_at = at(n / 4);
            token.expires_at = [None, Some(at(-DAY)), Some(at(DAY)), Some(at(90 * DAY))][pick % 4];
            token.invalidated_at = (n % 7 == 0).then(|| at(-1));
            token.kind = if n % 11 == 0 { TokenKind::Kubeconfig } else { TokenKind::ApiKey };
            token.scopes = if n % 5 == 0 { ScopeSet::everything() } else { make::scopes(&["a.read", "b.write"]) };
            token
        })
        .collect()
}

fn holds(filter: &TokenFilter, token: &Token) -> bool {
    let status = TokenStatus::at(filter.now, token.expires_at, token.invalidated_at);
    filter.owner_ids.as_ref().is_none_or(|owners| owners.contains(&token.owner.id()))
        && filter.status.is_none_or(|wanted| wanted == status)
        && filter.expires_before.is_none_or(|end| {
            status == TokenStatus::Active && token.expires_at.is_some_and(|expires_at| expires_at <= end)
        })
        && filter.kind.is_none_or(|kind| kind == token.kind)
        && filter.scope.as_ref().is_none_or(|scope| token.scopes.iter().any(|grant| grant.as_str() == scope))
        && filter.q.as_ref().is_none_or(|q| {
            q.words().iter().all(|wanted| {
                token
                    .label
                    .as_str()
                    .to_lowercase()
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|word| word.starts_with(wanted))
            })
        })
}

async fn every_filter_finds_what_looking_at_every_token_finds(database: &Database) {
    let organization = database.organization().await;
    let owners = [make::person(), make::person(), make::person()];
    let tokens = all(organization, &owners);
    database.insert(&tokens).await;
    // All combinations of one choice per condition.
    let owner_choices = [None, Some(vec![owners[0].id()]), Some(vec![owners[0].id(), owners[1].id()]), Some(vec![])];
    let states = [
        (None, None),
        (Some(TokenStatus::Active), None),
        (Some(TokenStatus::Expired), None),
        (Some(TokenStatus::Invalidated), None),
        (None, Some(at(7 * DAY))),
        (Some(TokenStatus::Active), Some(at(7 * DAY))),
        (Some(TokenStatus::Expired), Some(at(7 * DAY))),
    ];
    let kinds = [None, Some(TokenKind::Kubeconfig), Some(TokenKind::ApiKey)];
    let scopes = [None, Some("*"), Some("a.read")];
    let searches = [None, Some("node"), Some("no ed"), Some("zzz")];
    for owner_ids in &owner_choices {
        for (status, expires_before) in states {
            for kind in kinds {
                for (scope, q) in scopes.iter().flat_map(|scope| searches.map(|q| (scope, q))) {
                    let filter = TokenFilter {
                        owner_ids: owner_ids.clone(),
                        status,
                        expires_before,
                        kind,
                        scope: scope.map(str::to_owned),
                        label: None,
                        not_invalidated: false,
                        q: q.and_then(SearchText::parse),
                        now: NOW,
                    };
                    compare(database, organization, &filter, &tokens).await;
                }
            }
        }
    }
}

async fn compare(database: &Database, organization: OrganizationId, filter: &TokenFilter, tokens: &[Token]) {
    let mut expected: Vec<&Token> = tokens.iter().filter(|token| holds(filter, token)).collect();
    let page = PageRequest::Number { page: 1, limit: 100 };
    let found = database.store.tokens(organization, filter, TokenSort::default(), page).await.unwrap();
    expected.sort_by_key(|token| std::cmp::Reverse((token.created_at, token.id)));
    assert_eq!(found.tokens.iter().collect::<Vec<_>>(), expected, "{filter:?}");
    assert_eq!(found.total, i64::try_from(expected.len()).unwrap(), "{filter:?}");
    assert!(!found.total_capped && found.next_cursor.is_none());
}

async fn a_search_finds_beginnings_of_words_hints_and_addresses(database: &Database) {
    let organization = database.organization().await;
    let mut tokens: Vec<_> = ["Edge-node (7)", "edges", "ÜBER edge", "100% sure"]
        .map(|l| make::token(organization, make::person(), l))
        .into();
    tokens[1].key_hint = "mk_…aB3x".into();
    tokens[2].last_used_ip = Some("192.0.2.7".to_owned());
    database.insert(&tokens).await;
    for (q, expected) in [
        ("edge", &[0, 1, 2][..]),
        ("EDGE", &[0, 1, 2]),
        ("edge-n", &[0]),
        ("node", &[0]),
        ("7", &[0]),
        ("dge", &[]),
        ("edge über", &[2]),
        ("edge missing", &[]),
        ("  edges ", &[1]),
        ("mk_…aB3x", &[1]),
        ("mk_...aB3x", &[1]),
        ("aB3x", &[1]),
        ("ab3x", &[]),
        ("192.0.2.7", &[2]),
        ("::ffff:192.0.2.7", &[2]),
        ("192.0.2", &[]),
        ("100%", &[3]),
        ("1%", &[]),
        ("_", &[]),
        ("…", &[]),
    ] {
        let filter = TokenFilter { q: SearchText::parse(q), ..TokenFilter::all(NOW) };
        let found = found(database, organization, &filter).await;
        let expected: Vec<_> = expected.iter().map(|n| tokens[*n].id).collect();
        assert_eq!(found, expected, "{q}");
    }
    // A new label is found only by its new words.
    let mut renamed = tokens[0].clone();
    renamed.label = make::label("gateway");
    let before = tokens[0].clone();
    database.done(move |tx| Box::pin(async move { tx.update_token(&before, &renamed).await })).await;
    let find = async |q: &str| {
        let filter = TokenFilter { q: SearchText::parse(q), ..TokenFilter::all(NOW) };
        found(database, organization, &filter).await
    };
    assert_eq!(find("gate").await, [tokens[0].id]);
    assert_eq!(find("node").await, []);
}

async fn a_search_finds_owners_descriptions_and_ids(database: &Database) {
    let (organization, other) = (database.organization().await, database.organization().await);
    let user = database.user("Zoë@bücher.example").await;
    let membership = make::membership(organization, user, Role::Member);
    let account = make::service_account(organization, "IoT-Fleet");
    let mut renamed = account.clone();
    renamed.name = make::label("Hall B");
    let (person, machine) = (Principal::User(user), Principal::ServiceAccount(account.id));
    let inserted = account.clone();
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.insert_membership(&membership).await?;
                tx.insert_service_account(&inserted).await
            })
        })
        .await;
    let mut tokens = [
        make::token(organization, person, "One gateway"),
        make::token(organization, machine, "Two gateway"),
        make::token(other, machine, "Three gateway"),
    ];
    tokens[0].description = Some("Reads the Zähler\nof hall C".to_owned());
    tokens[1].last_used_ip = Some("2001:db8::7".to_owned());
    database.insert(&tokens).await;
    let find = async |q: &str| {
        found(database, organization, &TokenFilter { q: SearchText::parse(q), ..TokenFilter::all(NOW) }).await
    };
    for (q, expected) in [
        ("zo\u{308}e", &[][..]),
        ("zoe\u{308}", &[0]),
        ("BÜCHER", &[0]),
        ("fleet", &[1]),
        ("iot gateway", &[1]),
        ("iot one", &[]),
        ("za\u{308}hler", &[0]),
        ("HALL", &[0]),
        ("2001:DB8:0::7", &[1]),
        ("[2001:db8::7]", &[1]),
        (&*tokens[1].id.to_string().to_uppercase(), &[1]),
        (&*tokens[1].id.uuid().simple().to_string(), &[1]),
        (&*tokens[2].id.to_string(), &[]),
    ] {
        assert_eq!(find(q).await, expected.iter().map(|n: &usize| tokens[*n].id).collect::<Vec<_>>(), "{q}");
    }
    // A new name and description are found; the old ones aren't.
    let (mut described, before) = (tokens[0].clone(), tokens[0].clone());
    described.description = Some("Counts boxes".to_owned());
    let address = Email::parse("new@example.com").unwrap();
    database
        .done(move |tx| {
            Box::pin(async move {
                tx.update_service_account(&account, &renamed).await?;
                tx.set_email(user, &address, NOW).await?;
                tx.update_token(&before, &described).await
            })
        })
        .await;
    for (q, expected) in [("fleet", None), ("hall", Some(1)), ("bücher", None), ("new", Some(0)), ("box", Some(0))] {
        assert_eq!(find(q).await, expected.map(|n: usize| tokens[n].id).into_iter().collect::<Vec<_>>(), "{q}");
    }
}

async fn every_spelling_of_a_label_is_found(database: &Database) {
    let organization = database.organization().await;
    let tokens =
        ["Rocket 🚀", "Ärger", "A\u{308}rger", "Hauptstraße"].map(|l| make::token(organization, make::person(), l));
    database.insert(&tokens).await;
    for (q, expected) in [
        ("🚀", &[0][..]),
        ("ärger", &[1, 2]),
        ("Ärger", &[1, 2]),
        ("a\u{308}rger", &[1, 2]),
        ("A\u{308}RGER", &[1, 2]),
        ("hauptstraße", &[3]),
        ("HAUPTSTRASSE", &[3]),
    ] {
        let filter = TokenFilter { q: SearchText::parse(q), ..TokenFilter::all(NOW) };
        let expected: Vec<_> = expected.iter().map(|n: &usize| tokens[*n].id).collect();
        assert_eq!(found(database, organization, &filter).await, expected, "{q}");
    }
}

async fn a_long_text_without_spaces_is_kept_and_found(database: &Database) {
    let organization = database.organization().await;
    let mut tokens = ["a", "b", "c"].map(|label| make::token(organization, make::person(), label));
    let texts = ["語".repeat(1000), "x🚀".repeat(500), "y-".repeat(500)];
    for (token, text) in tokens.iter_mut().zip(&texts) {
        token.description = Some(text.clone());
    }
    database.insert(&tokens).await;
    for (token, text) in tokens.iter().zip(&texts) {
        let q: String = text.chars().take(200).collect();
        let filter = TokenFilter { q: SearchText::parse(&q), ..TokenFilter::all(NOW) };
        assert_eq!(found(database, organization, &filter).await, [token.id], "{q}");
    }
}

/// The IDs of the matching tokens, the oldest first.
async fn found(database: &Database, organization: OrganizationId, filter: &TokenFilter) -> Vec<TokenId> {
    let page = PageRequest::Number { page: 1, limit: 10 };
    let found = database.store.tokens(organization, filter, TokenSort::default(), page).await.unwrap();
    let mut ids: Vec<_> = found.tokens.iter().map(|token| token.id).collect();
    ids.sort();
    ids
}
