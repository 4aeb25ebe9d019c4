//! Every entry of the catalogue: its card, its kinks, and its derivatives against differences.

use super::{activation, cancelled, corners, evaluate};

#[test]
fn derivatives_are_those_of_the_values() {
    let h = 1e-5;
    for activation in activation::all() {
        let card = activation.card();
        for params in corners(card) {
            let kinks: Vec<f64> = card.kinks_at(&params).collect();
            for x in (-640..640).map(|i| (f64::from(i) + 0.37) / 64.0) {
                if kinks.iter().any(|kink| (x - kink).abs() <= 2.0 * h) {
                    continue;
                }
                let [left, point, right] = [x - h, x, x + h].map(|x| activation.at(x, &params));
                for (got, difference, size) in [
                    (point.slope, right.value - left.value, point.value),
                    (point.bend, right.slope - left.slope, point.slope),
                ] {
                    let wanted = difference / (2.0 * h);
                    // The third derivative of a fast wave or a sharp bend counts h² times.
                    let tolerance = 1e-6 * (1.0 + size.abs() + got.abs()) * (1.0 + steepness(&params).powi(3) * 1e-3);
                    assert!((got - wanted).abs() <= tolerance, "{} {params:?} at {x}: {got}, not {wanted}", card.id);
                }
            }
        }
    }
}

/// The largest parameter: no formula here bends faster than that.
fn steepness(params: &[f64]) -> f64 {
    params.iter().fold(0.0, |most, param| most.max(param.abs()))
}

/// At each jump of the slope the card says so, and f32 and f64 take the same side, or the middle.
#[test]
fn every_kink_is_declared() {
    let h = 1e-9;
    for activation in activation::all() {
        let card = activation.card();
        for params in corners(card) {
            let kinks: Vec<f64> = card.kinks_at(&params).collect();
            let tolerance = 1e-6 * (1.0 + steepness(&params)).powi(2);
            for x in (-160..=160).map(|i| f64::from(i) / 16.0).chain(kinks.iter().copied()) {
                let [left, there, right] = [x - h, x, x + h].map(|x| activation.at(x, &params).slope);
                let between = [left, right, 0.5 * (left + right)];
                if kinks.contains(&x) {
                    let (_, slope) = evaluate(activation, &[x], &params);
                    assert!(cancelled(slope[0], there), "{} {params:?} at {x}: {} or {there}", card.id, slope[0]);
                    let one_of_them = between.iter().any(|side| (there - side).abs() <= tolerance);
                    assert!(one_of_them, "{} {params:?} at {x}: {there} is none of {between:?}", card.id);
                } else {
                    let size = tolerance * (1.0 + there.abs());
                    let smooth = (left - there).abs() <= size && (right - there).abs() <= size;
                    assert!(smooth, "{} {params:?}: undeclared kink at {x}: {left}, {right}", card.id);
                }
            }
        }
    }
}

#[test]
fn the_strip_has_ten_places() {
    let mut places: Vec<_> = activation::all().filter_map(|activation| activation.card().strip).collect();
    places.sort_unstable();
    assert_eq!(places, (1..=10).collect::<Vec<_>>());
}

#[test]
fn ids_are_unique_and_cards_are_filled_in() {
    let mut ids = Vec::new();
    for activation in activation::all() {
        let card = activation.card();
        assert!(!ids.contains(&card.id), "{} twice", card.id);
        ids.push(card.id);
        for text in [card.id, card.name, card.tex, card.description, card.reference] {
            assert!(!text.is_empty(), "{}: an empty field", card.id);
        }
        let first = card.description.split(['.', ';']).next().unwrap();
        assert!(first.split_whitespace().count() <= 18, "{}: the first sentence is too long", card.id);
        assert!(card.description.ends_with('.'), "{}: the description is no sentence", card.id);
        for alias in card.aliases {
            assert!(!alias.is_empty() && *alias != card.name && *alias != card.id, "{}: alias {alias}", card.id);
        }
        for other in card.defaults {
            assert!([other.framework, other.param, other.value].iter().all(|text| !text.is_empty()), "{}", card.id);
        }
        for moving in card.kinks.iter().filter_map(|kink| kink.moves_with) {
            assert!(card.params.iter().any(|p| p.id == moving && p.default != 0.0), "{}: {moving}", card.id);
        }
        for param in card.params {
            assert!(param.min <= param.default && param.default <= param.max, "{}.{}", card.id, param.id);
        }
    }
}
