//! The choice of an expiry: a fixed lifetime, a day, or never. Each option states the resulting expiry.

use leptos::prelude::*;
use mintkey_domain::{ExpiryPolicy, Problem, Ttl};

use super::draft::TokenForm;
use crate::{
    clock::now,
    frame::{Icon, Tone, error_of},
    islands::DateInWords,
    time_format::{DAY, end_of_day, iso_date, moment},
};

const LIFETIMES: [(&str, &str, i64); 5] = [
    ("7d", "7 days", 7),
    ("30d", "30 days", 30),
    ("60d", "60 days", 60),
    ("90d", "90 days", 90),
    ("365d", "1 year", 365),
];

#[component]
pub(super) fn ExpiryField(
    form: TokenForm,
    policy: ExpiryPolicy,
    /// The current expiry of an edited token, as an option to keep it.
    #[prop(optional, into)]
    current: Option<String>,
    problem: Option<Problem>,
) -> impl IntoView {
    let error = ["expires_at", "ttl"].into_iter().find_map(|field| error_of(problem.as_ref(), field));
    let described = error.is_some().then_some("expires-e");
    let error = error.map(|message| view! { <p class="field-error" id="expires-e"><Icon name="warn"/>{message}</p> });
    let legend = if current.is_some() { "Expiry" } else { "Expires after" };
    let chosen = form.expires;
    let is_chosen = |value: &str| value == chosen;
    let current = current.map(|sentence| {
        let checked = is_chosen("keep");
        let tone = if sentence.starts_with("Never") { Tone::Warning } else { Tone::Neutral };
        view! { <Choice value="keep" label="No change" checked><Consequence tone>{sentence}</Consequence></Choice> }
    });
    let lifetimes: Vec<_> = LIFETIMES.into_iter().filter(|(.., days)| is_allowed(&policy, *days)).collect();
    // A requested lifetime that isn't in the list is added as an option rather than replaced.
    let other = Ttl::parse(&chosen).ok().filter(|_| !lifetimes.iter().any(|(value, ..)| is_chosen(value)));
    let other = other.map(|ttl| {
        view! { <LifetimeChoice value=chosen.clone() label=ttl.to_string() millis=ttl.millis() checked=true/> }
    });
    let lifetimes = lifetimes.into_iter().map(|(value, label, days)| {
        view! { <LifetimeChoice value label millis={days * DAY} checked=is_chosen(value)/> }
    });
    let custom = last_day(&policy, now()).map(|last| {
        let (value, checked) = (form.expires_on, is_chosen("custom"));
        view! { <Choice value="custom" label="Custom" checked><Day value last/></Choice> }
    });
    let never = policy.max_ttl.is_none().then(|| {
        let checked = is_chosen("never");
        view! {
            <Choice value="never" label="Never" checked>
                <Consequence tone=Tone::Warning>
                    "Stays valid until someone invalidates it. Prefer 1 year, and rotate."
                </Consequence>
            </Choice>
        }
    });
    view! {
        <fieldset class="field expiry" id="expires" tabindex="-1" aria-describedby=described>
            <legend>{legend}</legend>
            {error}
            <div class="pills">{current}{other}{lifetimes.collect_view()}{custom}{never}</div>
        </fieldset>
    }
}

fn is_allowed(policy: &ExpiryPolicy, days: i64) -> bool {
    policy.max_ttl.is_none_or(|max| days * DAY <= max)
}

/// A lifetime, with the expiry of a token that is created now.
#[component]
fn LifetimeChoice(
    #[prop(into)] value: String,
    #[prop(into)] label: String,
    millis: i64,
    checked: bool,
) -> impl IntoView {
    let sentence = format!("Expires {}", moment(now().saturating_add(millis)));
    view! { <Choice value label millis checked><Consequence>{sentence}</Consequence></Choice> }
}

/// A radio button. Its children state the resulting expiry.
#[component]
fn Choice(
    #[prop(into)] value: String,
    #[prop(into)] label: String,
    /// The lifetime in milliseconds, for the form's summary.
    #[prop(optional)]
    millis: Option<i64>,
    checked: bool,
    children: Children,
) -> impl IntoView {
    view! {
        <label><input type="radio" name="expires" value=value checked=checked data-millis=millis/>{label}</label>
        {children()}
    }
}

/// The consequence of a choice.
#[component]
fn Consequence(#[prop(optional)] tone: Tone, children: Children) -> impl IntoView {
    let (class, icon) =
        if tone == Tone::Warning { ("choice-detail risky", "warn") } else { ("choice-detail", "clock") };
    view! { <p class=class><Icon name=icon/><span>{children()}</span></p> }
}

/// The last day that can be chosen: it ends within the maximum lifetime. `None` if no day does.
fn last_day(policy: &ExpiryPolicy, now: i64) -> Option<String> {
    let Some(max) = policy.max_ttl else { return Some("9999-12-31".to_owned()) };
    let end = now.saturating_add(max);
    [end, end - DAY]
        .map(iso_date)
        .into_iter()
        .find(|day| end_of_day(day).is_some_and(|end_of_day| (now..=end).contains(&end_of_day)))
}

/// The date input of a custom expiry.
#[component]
fn Day(value: String, last: String) -> impl IntoView {
    view! {
        <div class="choice-detail day">
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
    use mintkey_domain::{DEFAULT_TTL, HOUR};

    use super::*;

    const POLICY: ExpiryPolicy = ExpiryPolicy { default_ttl: DEFAULT_TTL, max_ttl: None };

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
