//! The runs whose bits are compared in every browser are made of everything there is: what is equal to PyTorch natively
//! is so in WebAssembly.

use activation_playground::experiment::{Experiment, InitSpec, LossSpec, OptimizerSpec, ScheduleSpec};
use activation_playground::layer;
use std::collections::BTreeSet;

#[test]
fn they_use_every_module_loss_optimiser_schedule_and_initialiser() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fingerprints.json");
    let runs: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    for run in runs.as_array().unwrap() {
        let (experiment, problems) = Experiment::from_link(run["link"].as_str().unwrap());
        assert!(problems.is_empty(), "{problems:?}");
        used.extend(experiment.modules.iter().map(|module| ("module", module.card().id)));
        used.insert(("loss", experiment.loss.id()));
        used.insert(("optimizer", experiment.optimizer.id()));
        used.insert(("schedule", experiment.schedule.id()));
        used.insert(("init", experiment.init.id()));
    }
    let modules = layer::modules().map(|card| ("module", card.id));
    let losses = LossSpec::all().map(|rule| ("loss", rule.id()));
    let optimizers = OptimizerSpec::all().map(|rule| ("optimizer", rule.id()));
    let schedules = ScheduleSpec::all().map(|rule| ("schedule", rule.id()));
    let inits = InitSpec::all().map(|rule| ("init", rule.id()));
    let all = modules.chain(losses).chain(optimizers).chain(schedules).chain(inits);
    let missing: Vec<_> = all.filter(|one| !used.contains(one)).collect();
    assert!(missing.is_empty(), "no run uses {missing:?}");
}
