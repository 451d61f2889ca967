//! The choice of an end: a few lengths, a day, or never. Each says in words what it means.

use leptos::prelude::*;
use mintkey_domain::{ExpiryPolicy, Problem, Ttl};

use super::draft::TokenForm;
use crate::{
    clock::now,
    frame::{error_of, icon},
    islands::DateInWords,
    words::{DAY, end_of_day, iso_date, moment},
};

const LENGTHS: [(&str, &str, i64); 5] = [
    ("7d", "7 days", 7),
    ("30d", "30 days", 30),
    ("60d", "60 days", 60),
    ("90d", "90 days", 90),
    ("365d", "1 year", 365),
];

/// The choice. `keep` is the end that the token has now, when it is edited.
pub(crate) fn expiry_field(
    form: &TokenForm,
    policy: &ExpiryPolicy,
    keep: Option<String>,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let error = ["expires_at", "ttl"].into_iter().find_map(|field| error_of(problem, field));
    let legend = if keep.is_some() { "Expiry" } else { "Expires after" };
    let allowed = |days: i64| policy.max_ttl.is_none_or(|max| days * DAY <= max);
    let chosen = form.expires.clone();
    let sentence = |millis: i64| when("when", "clock", format!("Expires {}", moment(now().saturating_add(millis))));
    let lengths: Vec<_> = LENGTHS.into_iter().filter(|(.., days)| allowed(*days)).collect();
    // A length that isn't one of these is offered as well: what was asked for is never replaced.
    let own = Ttl::parse(&chosen).ok().filter(|_| !lengths.iter().any(|(value, ..)| *value == chosen));
    let own = own.map(|ttl| option(chosen.clone(), ttl.to_string(), true, Some(ttl.millis()), sentence(ttl.millis())));
    let lengths = lengths.into_iter().map(|(value, words, days)| {
        option(value.to_owned(), words.to_owned(), value == chosen, Some(days * DAY), sentence(days * DAY))
    });
    let keep = keep.map(|words| {
        let (sign, class) = if words.starts_with("Never") { ("warn", "when late") } else { ("clock", "when") };
        option("keep".to_owned(), "No change".to_owned(), chosen == "keep", None, when(class, sign, words))
    });
    let never = policy.max_ttl.is_none().then(|| {
        let words = "Stays valid until someone invalidates it. Prefer 1 year, and rotate.";
        option(
            "never".to_owned(),
            "Never".to_owned(),
            chosen == "never",
            None,
            when("when late", "warn", words.to_owned()),
        )
    });
    let custom = last_day(policy, now()).map(|last| {
        let day = day(&form.expires_on, last).into_any();
        option("custom".to_owned(), "Custom".to_owned(), chosen == "custom", None, day)
    });
    let described = error.is_some().then_some("expires-e");
    view! {
        <fieldset class="field expiry" id="expires" tabindex="-1" aria-describedby=described>
            <legend>{legend}</legend>
            {error.map(|words| view! { <p class="err" id="expires-e">{icon("warn")}{words}</p> })}
            <div class="pills">{keep}{own}{lengths.collect_view()}{custom}{never}</div>
        </fieldset>
    }
}

/// A choice; `millis` is its length, for the sentence that says what the token will be.
fn option(value: String, words: String, checked: bool, millis: Option<i64>, when: AnyView) -> impl IntoView {
    view! {
        <label><input type="radio" name="expires" value=value checked=checked data-millis=millis/>{words}</label>
        {when}
    }
}

fn when(class: &'static str, sign: &'static str, words: String) -> AnyView {
    view! { <p class=class>{icon(sign)}<span>{words}</span></p> }.into_any()
}

/// The last day that can be picked: its end lies within the longest life. `None` if no day's end does.
fn last_day(policy: &ExpiryPolicy, now: i64) -> Option<String> {
    let Some(max) = policy.max_ttl else { return Some("9999-12-31".to_owned()) };
    let end = now.saturating_add(max);
    [end, end - DAY]
        .map(iso_date)
        .into_iter()
        .find(|day| end_of_day(day).is_some_and(|end_of_day| (now..=end).contains(&end_of_day)))
}

fn day(value: &str, last: String) -> impl IntoView + use<> {
    let value = value.to_owned();
    view! {
        <div class="when day">
            <label class="sr-only" for="expires_on">"Last day"</label>
            <input
                class="input" id="expires_on" type="date" name="expires_on" value=value.clone()
                min=iso_date(now()) max=last
            />
            <DateInWords field="expires_on".to_owned() value/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use mintkey_domain::DEFAULT_TTL;

    use super::*;

    const POLICY: ExpiryPolicy = ExpiryPolicy { default_ttl: DEFAULT_TTL, max_ttl: None };

    const HOUR: i64 = DAY / 24;

    fn at_most(max: i64) -> ExpiryPolicy {
        ExpiryPolicy { max_ttl: Some(max), ..POLICY }
    }

    #[test]
    fn the_last_day_that_is_offered_is_one_that_is_taken() {
        let noon = 20_000 * DAY + 12 * HOUR;
        assert_eq!(last_day(&POLICY, noon).unwrap(), "9999-12-31");
        for max in [30 * DAY, 30 * DAY + 13 * HOUR, 2 * DAY, 12 * HOUR] {
            let last = end_of_day(&last_day(&at_most(max), noon).unwrap()).unwrap();
            assert!(last <= noon + max && last + DAY > noon + max, "{max}");
        }
        assert_eq!(last_day(&at_most(HOUR), noon), None);
    }
}
