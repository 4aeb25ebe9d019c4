//! How the learning rate changes over a run: a factor for each update, from the number of the update alone; only the rule
//! that waits for a plateau remembers losses. Each schedule is one entry below.
//!
//! ```
//! use activation_playground::schedule::{Plateau, Schedule, ScheduleSpec};
//! let halving = ScheduleSpec::named("step").unwrap().with("every", 2.0).with("gamma", 0.5);
//! let schedule = Schedule::new(halving, 10);
//! assert_eq!([0, 19, 20, 40].map(|step| schedule.factor(step, &Plateau::NEW)), [1.0, 1.0, 0.5, 0.25]);
//! ```

use crate::real::Real;
use crate::rule::{Card, Family, Param, Rule};
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// The schedules.
#[derive(Debug, Clone, Copy)]
pub struct Schedules;

impl Family for Schedules {
    const PATH: &'static str = "schedule";
    const KEY: &'static str = "sched";

    fn cards() -> impl Iterator<Item = &'static Card> {
        ALL.iter().map(|declared| declared.card)
    }
}

/// Which schedule, with its own parameters.
pub type ScheduleSpec = Rule<Schedules>;

/// Where a run is.
struct Moment<'a> {
    /// Updates made.
    step: u64,
    /// Updates of an epoch.
    epoch: u64,
    plateau: &'a Plateau,
}

impl Moment<'_> {
    /// Epochs completed.
    fn epochs(&self) -> u64 {
        self.step / self.epoch
    }
    /// Epochs, in parts of one.
    fn time(&self) -> f64 {
        self.step as f64 / self.epoch as f64
    }
}

/// What is remembered of the losses.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plateau {
    best: f64,
    /// Epochs without a better loss.
    bad: f64,
    /// Epochs to rest.
    resting: f64,
    factor: f64,
}

impl Plateau {
    /// Nothing.
    pub const NEW: Self = Self { best: f64::INFINITY, bad: 0.0, resting: 0.0, factor: 1.0 };
}

struct Declaration {
    card: &'static Card,
    factor: fn(&ScheduleSpec, &Moment<'_>) -> f64,
    /// What it makes of the loss of an epoch; at most one.
    observe: &'static [fn(&ScheduleSpec, &mut Plateau, f64)],
}

macro_rules! schedules {
    ($($(#[$doc:meta])* $name:ident {
        $card:expr,
        |$at:ident, $params:pat_param| $factor:expr
        $(, observe |$plateau:ident, $loss:ident| $observe:expr)?
    })*) => {
        const ALL: &[Declaration] = &[$({
            const CARD: Card = $card;
            fn numbers(rule: &ScheduleSpec) -> [f64; CARD.params.len()] {
                rule.numbers()
            }
            $(#[$doc])*
            fn $name(rule: &ScheduleSpec, $at: &Moment<'_>) -> f64 {
                let $params = numbers(rule);
                $factor
            }
            Declaration {
                card: &CARD,
                factor: $name,
                observe: [
                    $({
                        fn observe(rule: &ScheduleSpec, $plateau: &mut Plateau, $loss: f64) {
                            ($observe)(numbers(rule));
                        }
                        observe as fn(&ScheduleSpec, &mut Plateau, f64)
                    })?
                ]
                .as_slice(),
            }
        }),*];
    };
}

const FLOOR: Param = Param::new("floor", "floor", 0.0, 0.0, 1.0)
    .say("lowest", "The rate never falls below this share of the learning rate.");
const GAMMA: Param = Param::new("gamma", "gamma", 0.1, 0.0, 1.0).say("γ", "What the rate is multiplied by each time.");

schedules! {
    /// η.
    constant {
        Card { id: "constant", label: "constant", help: "The learning rate stays as it is.", ..Card::BLANK },
        |_at, []| 1.0
    }

    /// η γ^⌊epoch/every⌋, as `torch.optim.lr_scheduler.StepLR`.
    step {
        Card {
            id: "step",
            label: "step",
            help: "Falls by a factor every so many epochs.",
            params: &[
                Param::whole("every", "every", 100.0, 1.0, 1e6).say("every", "Epochs between two falls."),
                GAMMA,
            ],
            ..Card::BLANK
        },
        |at, [every, gamma]| power(gamma, at.epochs() / every as u64)
    }

    /// η γ^epoch, as `torch.optim.lr_scheduler.ExponentialLR`.
    exponential {
        Card {
            id: "exponential",
            label: "exponential",
            help: "Falls by the same factor every epoch.",
            params: &[GAMMA.by_default(0.99)],
            ..Card::BLANK
        },
        |at, [gamma]| power(gamma, at.epochs())
    }

    /// η (f + (1 − f) ½ (1 + cos π t/T)) from update to update, as `CosineAnnealingLR` with `eta_min` = f η; it stays at
    /// the end, unless it starts again with a period that grows by a factor, as `CosineAnnealingWarmRestarts`.
    cosine {
        Card {
            id: "cosine",
            label: "cosine",
            help: "Falls along half a cosine wave, after a warm-up if wanted.",
            reference: "Loshchilov & Hutter 2017",
            params: &[
                Param::whole("period", "period", 500.0, 1.0, 1e6).say("over", "Epochs from the top to the bottom."),
                Param::whole("warmup", "warm", 0.0, 0.0, 1e6).say("warm-up", "Epochs in which it rises in a line first."),
                Param::whole("restart", "again", 0.0, 0.0, 10.0)
                    .say("restarts", "0 for none; else each period is so many times as long as the one before."),
                FLOOR,
            ],
            ..Card::BLANK
        },
        |at, [period, warmup, restart, floor]| {
            if at.time() < warmup {
                (at.step + 1) as f64 / (warmup * at.epoch as f64)
            } else {
                let (mut time, mut period) = (at.time() - warmup, period);
                while restart >= 1.0 && time >= period {
                    if restart == 1.0 {
                        // Equal periods: no need to count them one by one.
                        time -= (time / period).floor() * period;
                        break;
                    }
                    time -= period;
                    period *= restart;
                }
                floor + (1.0 - floor) * (0.5 * (1.0 + Real::cos(PI * (time / period).min(1.0))))
            }
        }
    }

    /// From η/div up to η and down to η/(div · fdiv), both along a cosine, as `torch.optim.lr_scheduler.OneCycleLR`
    /// without its change of momentum.
    one_cycle {
        Card {
            id: "onecycle",
            label: "one cycle",
            help: "Rises to the learning rate, then falls far below where it began.",
            reference: "Smith & Topin 2018",
            params: &[
                Param::whole("epochs", "total", 500.0, 2.0, 1e6).say("over", "Epochs of the whole cycle."),
                Param::new("rise", "rise", 0.3, 0.01, 0.99).say("rise", "Share of the cycle in which it rises."),
                Param::new("divide", "div", 25.0, 1.0, 1e6).say("start at 1/", "How far below the learning rate it begins."),
                Param::new("finalDivide", "fdiv", 1e4, 1.0, 1e9).say("end at 1/", "How far below its beginning it ends."),
            ],
            ..Card::BLANK
        },
        |at, [epochs, rise, divide, final_divide]| {
            let last = epochs * at.epoch as f64 - 1.0;
            let top = rise * (last + 1.0) - 1.0;
            let step = (at.step as f64).min(last);
            let along = |from: f64, to: f64, share: f64| to + (from - to) / 2.0 * (1.0 + Real::cos(PI * share));
            let (start, end) = (1.0 / divide, 1.0 / divide / final_divide);
            // A rise shorter than an update is none.
            if top > 0.0 && step <= top { along(start, 1.0, step / top) } else { along(1.0, end, (step - top) / (last - top)) }
        }
    }

    /// Falls by a factor when the training loss of an epoch has not been a new best one for long enough, as
    /// `torch.optim.lr_scheduler.ReduceLROnPlateau`.
    plateau {
        Card {
            id: "plateau",
            label: "plateau",
            help: "Falls by a factor whenever the training loss no longer falls.",
            params: &[
                Param::new("factor", "factor", 0.1, 0.01, 0.99).say("factor", "What the rate is multiplied by."),
                Param::whole("patience", "patience", 10.0, 0.0, 1e5)
                    .say("patience", "Epochs without a better loss that are waited."),
                Param::new("threshold", "thr", 1e-4, 0.0, 0.5)
                    .say("threshold", "Share by which a loss must be better to count."),
                Param::whole("cooldown", "cool", 0.0, 0.0, 1e5).say("rest", "Epochs after a fall that do not count."),
                FLOOR,
            ],
            ..Card::BLANK
        },
        |at, [_, _, _, _, _]| at.plateau.factor,
        observe |plateau, loss| |[factor, patience, threshold, cooldown, floor]: [f64; 5]| {
            if loss < plateau.best * (1.0 - threshold) {
                (plateau.best, plateau.bad) = (loss, 0.0);
            } else {
                plateau.bad += 1.0;
            }
            if plateau.resting > 0.0 {
                plateau.resting -= 1.0;
                plateau.bad = 0.0;
            }
            if plateau.bad > patience {
                plateau.factor = (plateau.factor * factor).max(floor);
                (plateau.resting, plateau.bad) = (cooldown, 0.0);
            }
        }
    }
}

/// bⁿ by squaring: the same bits everywhere, and no loop over millions of epochs.
fn power(mut base: f64, mut exponent: u64) -> f64 {
    let mut product = 1.0;
    while exponent > 0 {
        if exponent % 2 == 1 {
            product *= base;
        }
        base *= base;
        exponent /= 2;
    }
    product
}

/// A schedule in force.
#[derive(Clone)]
pub struct Schedule {
    rule: ScheduleSpec,
    declared: &'static Declaration,
    /// Updates of an epoch.
    epoch: u64,
}

impl Schedule {
    /// For a run with so many updates in an epoch.
    ///
    /// # Panics
    /// If there are none.
    pub fn new(rule: ScheduleSpec, epoch: usize) -> Self {
        assert!(epoch > 0, "an epoch has updates");
        let declared = ALL.iter().find(|declared| declared.card.id == rule.id()).expect("rules are declared");
        Self { rule, declared, epoch: epoch as u64 }
    }

    /// What the learning rate is multiplied by after so many updates.
    pub fn factor(&self, step: u64, plateau: &Plateau) -> f64 {
        (self.declared.factor)(&self.rule, &Moment { step, epoch: self.epoch, plateau })
    }

    /// Takes notice of the training loss of an epoch that is over.
    pub fn observe(&self, plateau: &mut Plateau, loss: f64) {
        for observe in self.declared.observe {
            observe(&self.rule, plateau, loss);
        }
    }
}
