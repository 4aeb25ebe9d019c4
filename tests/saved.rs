//! Sessions as files: what is loaded goes on with the same bits, and what is no such file is refused with its reason.

mod common;

use activation_playground::activation::Number;
use activation_playground::data::Dataset;
use activation_playground::experiment::{Experiment, OptimizerSpec, ScheduleSpec};
use activation_playground::real::Lane;
use activation_playground::training::{Saved, Session, Stride};
use common::{dataset, experiment, open, session};
use crc::{CRC_32_ISO_HDLC, Crc};
use proptest::prelude::*;

fn load(bytes: &[u8], link: &str) -> Result<Session<Lane>, String> {
    Session::load(bytes, dataset(&experiment(link))).map_err(|error| error.to_string())
}

#[test]
fn a_loaded_session_goes_on_with_the_same_bits() {
    let optimizers = OptimizerSpec::all().map(|rule| format!("opt={}&net=5.3&lr=0.01", rule.id()));
    let schedules = ScheduleSpec::all().map(|rule| format!("sched={}&act=tanh&lr=0.1", rule.id()));
    let others = [
        "modules=dense(units=6);batchNorm;dropout(p=0.3)&net=4&opt=adam",
        "act=rrelu&net=6.6&stopflat=300&stoploss=0.001&data=iris&bs=13",
        "act=prelu&learn=unit&net=5&init=auto_gain&clip=0.3&data=hills",
        "act=z * tanh(softplus(z))&net=3&seed=7&data=spiral&noise=0.123",
    ];
    for link in optimizers.chain(schedules).chain(others.map(str::to_owned)) {
        let mut run = session(&link);
        run.advance(Stride::Epoch, 3);
        run.advance(Stride::Batch, 3);
        run.advance(Stride::Sample, 2);
        let saved = run.save();
        let mut loaded = load(&saved, &link).unwrap();
        assert_eq!(loaded.experiment(), run.experiment());
        assert_eq!(loaded.progress(), run.progress(), "{link}");
        assert_eq!(loaded.save(), saved, "{link}");
        run.advance(Stride::Epoch, 10);
        loaded.advance(Stride::Epoch, 10);
        assert_eq!(loaded.fingerprint(), run.fingerprint(), "{link}");
        assert_eq!((loaded.progress(), loaded.history().points()), (run.progress(), run.history().points()), "{link}");
        loaded.reset();
        assert_eq!(loaded.fingerprint(), session(&link).fingerprint(), "{link}");
    }
}

#[test]
fn what_diverged_stopped_or_branched_is_loaded_as_it_was() {
    let mut run = session("data=hills&net=16.16.16&lr=10&n=400");
    run.advance(Stride::Epoch, 50);
    let loaded = load(&run.save(), "data=hills&n=400").unwrap();
    assert!(loaded.divergence().is_some() && loaded.divergence() == run.divergence());
    let mut run = session("stopepochs=5");
    run.advance(Stride::Epoch, 50);
    assert_eq!(load(&run.save(), "").unwrap().stopped(), run.stopped());
    let mut branch = run.branch(&experiment("bs=7&act=gelu&opt=adam&lr=0.01")).unwrap().session;
    branch.advance(Stride::Batch, 9);
    let mut loaded = load(&branch.save(), "").unwrap();
    branch.advance(Stride::Epoch, 3);
    loaded.advance(Stride::Epoch, 3);
    assert_eq!(loaded.fingerprint(), branch.fingerprint());
    assert!(loaded.rewind(3).unwrap_err().to_string().contains("from 59 to"));
}

#[test]
fn the_file_says_which_data_it_needs() {
    let mut run = session("data=iris&net=8&act=gelu&opt=adam");
    run.advance(Stride::Epoch, 2);
    let saved = Saved::<Lane>::read(&run.save()).unwrap();
    assert_eq!(saved.experiment(), run.experiment());
    let data = dataset(saved.experiment());
    assert_eq!(saved.open(data).unwrap().fingerprint(), run.fingerprint());
}

#[test]
fn files_that_are_none_are_refused_with_the_reason() {
    let mut run = session("net=8.8");
    run.advance(Stride::Epoch, 2);
    let saved = run.save();
    let refused = |bytes: &[u8]| load(bytes, "").err().unwrap();
    assert_eq!(refused(b"PK\x03\x04 something else"), "file.kind is unknown; accepted: a run that was saved here");
    assert_eq!(refused(&[]), "file.kind is unknown; accepted: a run that was saved here");
    let cut = refused(&saved[..100]);
    assert_eq!(cut, format!("file.length is 100 bytes; accepted: {} bytes, as it says itself", saved.len()));
    assert!(refused(&saved[..10]).contains("file.length is 10"));
    assert!(refused(&[&saved[..], &[0]].concat()).contains("file.length"));
    let mut edited = saved.clone();
    edited[40] ^= 1;
    assert!(refused(&edited).contains("the file has been changed"), "{}", refused(&edited));
    let mut newer = saved.clone();
    newer[8] = 3;
    assert_eq!(refused(&newer), "file.version is 3; accepted: 2");
    for link in ["data=moons", "seed=4", "n=100", "noise=0.1", "test=0.3"] {
        assert!(load(&saved, link).err().unwrap().contains("the run was trained on others"), "{link}");
    }
    let wide = Session::<f64>::new(&Experiment::default(), dataset(&Experiment::default())).unwrap();
    assert_eq!(refused(&wide.save()), "file.numbers is 8 bytes each; accepted: 4 bytes each");
}

/// The same bytes with a length and checksum that fit them, as a forger would make them.
fn forged(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len().saturating_sub(4));
    let length = bytes.len() as u32 + 4;
    if let Some(place) = bytes.get_mut(10..14) {
        place.copy_from_slice(&length.to_le_bytes());
    }
    let checksum = Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    bytes
}

/// Reads bytes that may be anything; if they pass for a session, trains it a little. Says how much it allocated at once.
fn survive<L: Number>(bytes: &[u8], data: &Dataset) -> u64 {
    let info = allocation_counter::measure(|| {
        if let Ok(mut session) = Session::<L>::load(bytes, data.clone()) {
            session.advance(Stride::Batch, 25);
            session.keep();
            let _ = session.rewind(session.step());
            session.progress();
            session.save();
        }
    });
    info.bytes_max
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..600), ours in any::<bool>()) {
        let data = dataset(&Experiment::default());
        let bytes = if ours { forged([b"actplay\n\x01\x04".to_vec(), bytes].concat()) } else { bytes };
        prop_assert!(survive::<Lane>(&bytes, &data) < 16 << 20);
    }

    #[test]
    fn no_change_to_a_file_breaks_it(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
        seal in any::<bool>(),
    ) {
        let standard = Experiment::default();
        let data = dataset(&standard);
        let mut run = open(&standard);
        run.advance(Stride::Batch, 25);
        let mut bytes = run.save();
        for (place, byte) in changes {
            let at = place.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let bytes = if seal { forged(bytes) } else { bytes };
        prop_assert!(survive::<Lane>(&bytes, &data) < 64 << 20);
    }
}

#[test]
fn a_table_of_ones_own_is_in_the_file() {
    let rows = (0..40).map(|n| format!("{},{},{}", n % 7, n % 5, if n % 2 == 0 { "a" } else { "b" }));
    let table = std::iter::once("length,width,kind".to_owned()).chain(rows).collect::<Vec<_>>().join("\n");
    let mut experiment = experiment("net=4&act=tanh&test=0.4&lr=0.2");
    experiment.data.name = "own".into();
    experiment.data.columns.inputs = vec!["width".into(), "length".into()];
    let dataset = Dataset::build(&experiment, &[table.as_bytes()]).unwrap();
    let mut run = Session::<Lane>::new(&experiment, dataset).unwrap();
    run.advance(Stride::Epoch, 4);
    let saved = Saved::<Lane>::read(&run.save_with(table.as_bytes())).unwrap();
    assert_eq!((saved.experiment(), saved.table()), (&experiment, Some(table.as_bytes())));
    let dataset = Dataset::build(saved.experiment(), &[saved.table().unwrap()]).unwrap();
    assert_eq!(saved.open(dataset).unwrap().fingerprint(), run.fingerprint());
    // Of other data no table is taken along.
    let other = session("net=4");
    assert_eq!(Saved::<Lane>::read(&other.save_with(table.as_bytes())).unwrap().table(), None);
}
