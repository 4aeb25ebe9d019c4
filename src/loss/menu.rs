//! The losses as a description names them.

use super::Loss;
use crate::data::Task;
use crate::rule::{Card, Family, Param, Rule};

/// The losses.
#[derive(Debug, Clone, Copy)]
pub struct Losses;

/// Which loss, with its own parameters.
pub type LossSpec = Rule<Losses>;

const CARDS: &[Card] = &[
    Card { id: "auto", label: "auto", help: "The loss that fits the task.", ..Card::BLANK },
    Card {
        id: "mse",
        label: "squared error",
        help: "Mean squared distance to the target; for numbers.",
        reference: "Legendre 1805; Gauss 1809",
        ..Card::BLANK
    },
    Card {
        id: "mae",
        label: "absolute error",
        help: "Mean distance to the target; a few wild targets pull less.",
        reference: "Laplace 1786",
        ..Card::BLANK
    },
    Card {
        id: "huber",
        label: "Huber",
        help: "Squared near the target, absolute far from it.",
        reference: "Huber 1964",
        params: &[Param::new("delta", "delta", 1.0, 0.01, 100.0).say("δ", "Where it turns from squared to absolute.")],
        ..Card::BLANK
    },
    Card {
        id: "logcosh",
        label: "log-cosh",
        help: "Smooth at the target, absolute far from it.",
        reference: "Green 1990",
        ..Card::BLANK
    },
    Card {
        id: "bce",
        label: "binary cross-entropy",
        help: "A yes-or-no answer per output, through a sigmoid.",
        reference: "Cox 1958",
        ..Card::BLANK
    },
    Card {
        id: "hinge",
        label: "hinge",
        help: "Answers on the right side by a margin of 1 cost nothing, as in a support vector machine.",
        reference: "Cortes & Vapnik 1995",
        ..Card::BLANK
    },
    Card {
        id: "ce",
        label: "cross-entropy",
        help: "One class of several, through a softmax.",
        reference: "Bridle 1990",
        params: &[Param::new("smoothing", "smoothing", 0.0, 0.0, 0.9)
            .say("label smoothing", "Share of the target that is spread over all classes.")],
        ..Card::BLANK
    },
    Card {
        id: "margin",
        label: "margin of capsules",
        help: "The capsule of the class long, all others short; the last module has to be capsules, one for each class.",
        reference: "Sabour, Frosst & Hinton 2017",
        ..Card::BLANK
    },
];

impl Family for Losses {
    const PATH: &'static str = "loss";
    const KEY: &'static str = "loss";

    fn cards() -> impl Iterator<Item = &'static Card> {
        CARDS.iter()
    }
}

/// Ids of the losses that compare numbers, so that the output may have an activation of its own; `auto` becomes one.
pub fn of_numbers() -> impl Iterator<Item = &'static str> {
    let compares = |rule: &LossSpec| Loss::of(rule, Task::Regression, true).compares_numbers();
    LossSpec::all().filter(compares).map(|rule| rule.id())
}

impl Loss {
    /// The loss of a description; `auto` is the one that fits the task, or for an output with an activation of its own the
    /// squared error.
    ///
    /// # Panics
    /// Never: each rule is made from a card.
    pub fn of(rule: &LossSpec, task: Task, output_is_linear: bool) -> Self {
        let number = |name: &str| rule.get(name).unwrap_or_default();
        match rule.id() {
            "mse" => Self::Mse,
            "mae" => Self::Mae,
            "huber" => Self::Huber { delta: number("delta") },
            "logcosh" => Self::LogCosh,
            "bce" => Self::Bce,
            "hinge" => Self::Hinge,
            "ce" => Self::CrossEntropy { label_smoothing: number("smoothing") },
            "margin" => Self::Margin,
            "auto" if !output_is_linear => Self::Mse,
            "auto" => match task {
                Task::Regression => Self::Mse,
                Task::Binary => Self::Bce,
                Task::Classes(_) | Task::EachPosition(_) => Self::CROSS_ENTROPY,
            },
            other => unreachable!("{other} has a card and no loss"),
        }
    }
}

/// Ids of the losses that a task can have.
pub fn fitting(task: Task) -> impl Iterator<Item = &'static str> {
    let fits = move |id: &&str| task != Task::Regression || of_numbers().any(|known| known == *id);
    CARDS.iter().map(|card| card.id).filter(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_loss_of_the_menu_is_one() {
        for rule in LossSpec::all().filter(|rule| rule.id() != "auto") {
            assert_eq!(Loss::of(&rule, Task::Classes(3), true).id(), rule.id());
        }
    }

    #[test]
    fn a_regression_takes_the_losses_that_compare_numbers() {
        let ids = ["auto", "mse", "mae", "huber", "logcosh"];
        assert!(of_numbers().eq(ids));
        assert!(fitting(Task::Regression).eq(ids));
    }
}
