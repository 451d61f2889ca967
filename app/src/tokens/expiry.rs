//! The choice of an end: a few lengths, a day, or never. Each says in words what it means.

use leptos::prelude::*;
use mintkey_domain::{ExpiryPolicy, Problem, Ttl};

use super::draft::TokenForm;
use crate::{
    clock::now,
    frame::{error_of, icon},
    islands::DateInWords,
    words::{DAY, iso_date, moment},
};

const LENGTHS: [(&str, &str, i64); 5] = [
    ("7d", "7 days", 7),
    ("30d", "30 days", 30),
    ("60d", "60 days", 60),
    ("90d", "90 days", 90),
    ("365d", "1 year", 365),
];

/// Turns `expires_in` of an address into the form's choice: `30d`, `72h`, `never`.
pub(crate) fn prefill(form: &mut TokenForm, asked: &str, policy: &ExpiryPolicy) {
    let default = format!("{}d", policy.default_ttl / DAY);
    let preset = |text: &str| LENGTHS.iter().any(|(value, ..)| *value == text);
    form.expires = match Ttl::parse(asked) {
        _ if asked == "never" => asked.to_owned(),
        Ok(ttl) if preset(&format!("{}d", ttl.millis() / DAY)) => format!("{}d", ttl.millis() / DAY),
        Ok(ttl) => {
            form.expires_on = iso_date(now().saturating_add(ttl.millis()));
            "custom".to_owned()
        }
        Err(_) if preset(&default) => default,
        Err(_) => "90d".to_owned(),
    };
}

/// The choice. `keep` is the end that the token has now, when it is edited.
pub(crate) fn expiry_field(
    form: &TokenForm,
    policy: &ExpiryPolicy,
    keep: Option<String>,
    problem: Option<&Problem>,
) -> impl IntoView + use<> {
    let error = ["expires_at", "ttl"].into_iter().find_map(|field| error_of(problem, field));
    let legend = if keep.is_some() { "Ends" } else { "Expires after" };
    let allowed = |days: i64| policy.max_ttl.is_none_or(|max| days * DAY <= max);
    let chosen = form.expires.clone();
    let lengths = LENGTHS.into_iter().filter(|(.., days)| allowed(*days)).map(|(value, words, days)| {
        let sentence = format!("Expires {}", moment(now() + days * DAY));
        option(value, words, value == chosen, when("when", "clock", sentence))
    });
    let keep = keep.map(|words| {
        let (sign, class) = if words.starts_with("Never") { ("warn", "when late") } else { ("clock", "when") };
        option("keep", "Keep", chosen == "keep", when(class, sign, words))
    });
    let never = policy.max_ttl.is_none().then(|| {
        let words = "Stays valid until someone invalidates it. Prefer 1 year, and rotate.";
        option("never", "Never", chosen == "never", when("when late", "warn", words.to_owned()))
    });
    let custom = option("custom", "Custom", chosen == "custom", day(&form.expires_on, policy).into_any());
    let described = error.is_some().then_some("expires-e");
    view! {
        <fieldset class="field expiry" id="expires" tabindex="-1" aria-describedby=described>
            <legend>{legend}</legend>
            {error.map(|words| view! { <p class="err" id="expires-e">{icon("warn")}{words}</p> })}
            <div class="pills">{keep}{lengths.collect_view()}{custom}{never}</div>
        </fieldset>
    }
}

fn option(value: &'static str, words: &'static str, checked: bool, when: AnyView) -> impl IntoView {
    view! { <label><input type="radio" name="expires" value=value checked=checked/>{words}</label>{when} }
}

fn when(class: &'static str, sign: &'static str, words: String) -> AnyView {
    view! { <p class=class>{icon(sign)}<span>{words}</span></p> }.into_any()
}

fn day(value: &str, policy: &ExpiryPolicy) -> impl IntoView + use<> {
    let value = value.to_owned();
    let last = policy.max_ttl.map_or("9999-12-31".to_owned(), |max| iso_date(now().saturating_add(max)));
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

    fn chosen(asked: &str) -> (String, bool) {
        let mut form = TokenForm::default();
        prefill(&mut form, asked, &POLICY);
        (form.expires, !form.expires_on.is_empty())
    }

    #[test]
    fn an_address_can_choose_the_end() {
        assert_eq!(chosen("30d"), ("30d".into(), false));
        assert_eq!(chosen("720h"), ("30d".into(), false));
        assert_eq!(chosen("never"), ("never".into(), false));
        assert_eq!(chosen("45d"), ("custom".into(), true));
    }

    #[test]
    fn without_a_good_one_it_is_the_default() {
        assert_eq!(chosen(""), ("90d".into(), false));
        assert_eq!(chosen("soon"), ("90d".into(), false));
    }
}
