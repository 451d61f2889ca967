//! Tests that lists and counts use indexes, by `SQLite`'s query plans, which don't depend on statistics here.

use mintkey_domain::{OrganizationId, Principal, SearchText, Timestamp, TokenKind, TokenSort, TokenStatus, UserId};
use uuid::Uuid;

use super::{
    TokenFilter, counts,
    cursor::{Cursor, CursorKey},
    list,
    lookup::Lookup,
};
use crate::{Access, Writer, sql::Sql};

const NOW: Timestamp = Timestamp::from_millis(1_000_000);
const ORGANIZATION: OrganizationId = OrganizationId::from_uuid(Uuid::from_u128(1));
const SORTS: [&str; 8] =
    ["created_at", "-created_at", "label", "-label", "expires_at", "-expires_at", "last_used_at", "-last_used_at"];

async fn store() -> (Writer, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/plans.sqlite", folder.path().display());
    let store = Writer::open(&url, Access::Server).await.unwrap();
    (store, folder)
}

async fn plan(store: &Writer, statement: Sql) -> Vec<String> {
    let rows = statement.explained().rows(&mut store.reader().await.unwrap()).await.unwrap();
    rows.iter().map(|row| row.get("detail").unwrap()).collect()
}

fn owner() -> Principal {
    Principal::User(UserId::from_uuid(Uuid::from_u128(2)))
}

#[tokio::test]
async fn every_order_is_that_of_an_index_from_the_first_row_and_from_a_cursor() {
    let (store, _folder) = store().await;
    let status = |status| TokenFilter { status: Some(status), ..TokenFilter::all(NOW) };
    for filter in [TokenFilter::all(NOW), status(TokenStatus::Active)] {
        for sort in SORTS.map(|sort| sort.parse::<TokenSort>().unwrap()) {
            let key = if sort.to_string().ends_with("label") {
                CursorKey::Text("a".to_owned())
            } else {
                CursorKey::Number(5)
            };
            for after in [None, Some(Cursor { key, id: mintkey_domain::TokenId::from_uuid(Uuid::nil()) })] {
                let seeks = after.is_some();
                let plan = plan(&store, list::rows(ORGANIZATION, &filter, None, sort, after)).await;
                let [step] = plan.as_slice() else { panic!("{sort}: {plan:?}") };
                assert!(step.contains("SEARCH t USING INDEX tokens_by_"), "{sort}: {step}");
                assert!(!seeks || step.contains(",id)"), "{sort}: {step}");
            }
        }
    }
}

#[tokio::test]
async fn one_owners_tokens_come_by_index_newest_first() {
    let (store, _folder) = store().await;
    let filter = TokenFilter { owner_ids: Some(vec![owner().id()]), ..TokenFilter::all(NOW) };
    let plan = plan(&store, list::rows(ORGANIZATION, &filter, None, TokenSort::default(), None)).await;
    assert_eq!(plan, ["SEARCH t USING INDEX tokens_of_owner (organization_id=? AND owner_id=?)"]);
}

#[tokio::test]
async fn every_look_up_goes_by_an_index_of_its_own() {
    let (store, _folder) = store().await;
    let searches = ["abcd", "10.0.0.7"].map(|text| SearchText::parse(text).unwrap());
    let [hint, address] = searches.each_ref().map(|search| Lookup::Search { search, word: "a", whole: true });
    for (lookup, index) in [
        (&hint, "token_words_by_word (organization_id=? AND word>? AND word<?)"),
        (&hint, "tokens_by_hint (organization_id=? AND key_hint=?)"),
        (&hint, "tokens_of_owner (organization_id=? AND owner_id=?)"),
        (&address, "tokens_by_address (organization_id=? AND last_used_ip=?)"),
        (&Lookup::Scope("a"), "token_scopes_by_scope (organization_id=? AND scope=?)"),
        (
            &Lookup::Ending { after: NOW, until: NOW },
            "tokens_by_end (organization_id=? AND expires_key>? AND expires_key<?)",
        ),
        (&Lookup::Invalidated, "tokens_invalidated (organization_id=?)"),
        (&Lookup::RareKind(TokenKind::Kubeconfig), "tokens_of_rare_kind (organization_id=? AND kind=?)"),
        (&Lookup::Owners(vec![Uuid::nil(); 3]), "tokens_of_owner (organization_id=? AND owner_id=?)"),
    ] {
        let filter = TokenFilter::all(NOW);
        let plan = plan(&store, list::rows(ORGANIZATION, &filter, Some(lookup), TokenSort::default(), None)).await;
        assert!(plan.iter().any(|step| step.contains(index)), "{index}: {plan:?}");
        assert!(plan.iter().any(|step| step.contains("SEARCH t USING PRIMARY KEY (id=?)")), "{index}: {plan:?}");
    }
}

#[tokio::test]
async fn conditions_without_a_look_up_are_checked_along_the_way() {
    let (store, _folder) = store().await;
    let filter = TokenFilter {
        scope: Some("a".to_owned()),
        q: SearchText::parse("a b"),
        kind: Some(TokenKind::ApiKey),
        ..TokenFilter::all(NOW)
    };
    for sort in SORTS.map(|sort| sort.parse::<TokenSort>().unwrap()) {
        let plan = plan(&store, list::rows(ORGANIZATION, &filter, None, sort, None)).await;
        assert!(plan[0].contains("SEARCH t USING INDEX tokens_by_"), "{sort}: {plan:?}");
        assert!(!plan.iter().any(|step| step.contains("TEMP B-TREE")), "{sort}: {plan:?}");
    }
}

#[tokio::test]
async fn counting_reads_no_tokens_but_those_that_end() {
    let (store, _folder) = store().await;
    let owners = [owner().id(), Uuid::nil()];
    for (owners, index) in [
        (None, "tokens_by_end (organization_id=? AND expires_key>? AND expires_key<?)"),
        (
            Some(owners.as_slice()),
            "tokens_ending_of_owner (organization_id=? AND owner_id=? AND expires_key>? AND expires_key<?)",
        ),
    ] {
        let plan = plan(&store, counts::statement(ORGANIZATION, owners, NOW, NOW)).await;
        let tokens: Vec<_> = plan.iter().filter(|step| step.starts_with("SEARCH t ")).collect();
        assert_eq!(tokens.len(), 2, "{plan:?}");
        for step in tokens {
            assert!(step.contains("COVERING INDEX") && step.contains(index), "{step}");
        }
    }
}
