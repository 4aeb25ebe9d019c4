//! What an activation may be called where one is asked for: its id, its name, an alias, or its name in a framework. Capitals
//! do not count, nor do blanks, `_` and `-`.

use super::{Card, vector};

/// Every card, of single units and of whole layers.
pub fn cards() -> impl Iterator<Item = &'static Card> {
    super::all().map(super::Activation::card).chain(vector::all().map(vector::VectorActivation::card))
}

/// The activation that is called so. An id wins over a name, a name over an alias, an alias over what a framework says; none
/// if two have the same right to it, or if the text is a function of `z`.
///
/// ```
/// use activation_playground::activation::called;
/// let ids = ["LeakyReLU", "hard-swish", "SiLU", "z - 1"].map(|text| called(text).map(|card| card.id));
/// assert_eq!(ids, [Some("leaky_relu"), Some("hard_swish"), Some("silu"), None]);
/// ```
pub fn called(text: &str) -> Option<&'static Card> {
    if text.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "z" | "x")) {
        return None;
    }
    let is = |name: &str| letters(name).eq(letters(text));
    let is_id = |card: &Card| is(card.id);
    let is_name = |card: &Card| is(card.name);
    let is_alias = |card: &Card| card.aliases.iter().any(|alias| is(alias));
    let is_framework = |card: &Card| [card.torch, card.keras, card.jax, card.onnx].into_iter().flatten().any(is);
    let ranks: [&dyn Fn(&Card) -> bool; 4] = [&is_id, &is_name, &is_alias, &is_framework];
    for has_it in ranks {
        let mut found = cards().filter(|card| has_it(card));
        if let Some(first) = found.next() {
            return found.next().is_none().then_some(first);
        }
    }
    None
}

/// The id of the activation whose id or name is nearest to a mistyped one; none if all are far from it.
pub fn nearest(text: &str) -> Option<&'static str> {
    let typed: String = letters(text).collect();
    let distance = |name: &str| strsim::osa_distance(&typed, &letters(name).collect::<String>());
    let allowed = (typed.chars().count() / 3).clamp(1, 2);
    let ranked = cards().map(|card| (distance(card.id).min(distance(card.name)), card.id));
    ranked.filter(|(distance, _)| *distance <= allowed).min_by_key(|(distance, _)| *distance).map(|(_, id)| id)
}

/// What counts of a name.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_taken_for_another() {
        for card in cards() {
            for own in [card.id, card.name, &card.id.to_uppercase(), &card.id.replace('_', "-")] {
                // √Softplus is not Softplus: only signs between words are left out.
                assert_eq!(called(own).map(|found| found.id), Some(card.id), "{own}");
            }
            let frameworks = [card.torch, card.keras, card.jax, card.onnx];
            for other in card.aliases.iter().copied().chain(frameworks.into_iter().flatten()) {
                let found = called(other).unwrap_or_else(|| panic!("{other} of {} is ambiguous", card.id));
                // A framework may call it by another one's name: JAX's `gelu` is the approximation.
                let anothers = [found.id, found.name].iter().any(|name| letters(name).eq(letters(other)));
                assert!(found.id == card.id || anothers, "{other} of {} is taken for {}", card.id, found.id);
            }
        }
    }

    #[test]
    fn formulas_and_unknown_words_have_no_name() {
        for text in ["", "z", "x", "a", "a-b", "tanh(z)", "max(0, z)", "z*sigmoid(z)", "relu(z)", "si-z", "foo"] {
            assert!(called(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        let cases = [("rleu", "relu"), ("gleu", "gelu"), ("LekyReLU", "leaky_relu"), ("sigmod", "sigmoid")];
        for (typed, id) in cases {
            assert_eq!(nearest(typed), Some(id), "{typed}");
        }
        assert_eq!(nearest("foo"), None);
        assert_eq!(nearest("attention"), None);
    }
}
