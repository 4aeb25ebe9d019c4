//! Data of every kind: each set has what its card says, the splits are those that reference results were made with, windows
//! and targets line up, and a table of the user's own is read or refused with the line and what is accepted.

mod common;

use activation_playground::Error;
use activation_playground::data::{self, Dataset, Input, Kind, Task};
use activation_playground::experiment::{ColumnsSpec, DataSpec, Experiment, TargetSpec};
use activation_playground::real::Lane;
use activation_playground::training::{Session, Set, Stride};
use proptest::prelude::*;

fn experiment(link: &str) -> Experiment {
    let (experiment, problems) = Experiment::from_link(link);
    assert!(problems.is_empty(), "{link}: {problems:?}");
    experiment
}

fn dataset(link: &str) -> Dataset {
    common::dataset(&experiment(link))
}

#[test]
fn every_data_set_has_what_its_card_says() {
    for card in data::catalogue().filter(|card| card.kind != Kind::Own) {
        let link = format!("data={}", card.id);
        let (set, spec) = (dataset(&link), experiment(&link).data);
        assert_eq!(Some(set.task), card.task(), "{}", card.id);
        assert_eq!((&set.axes, set.input), (&card.axes(&spec), card.input(&spec)), "{}", card.id);
        assert_eq!(set.axes.iter().product::<usize>(), set.inputs.width, "{}", card.id);
        assert_eq!(set.inputs.len(), set.targets.len(), "{}", card.id);
        let names: Vec<&str> = set.features.iter().map(String::as_str).collect();
        assert_eq!(names, card.features, "{}", card.id);
        let rows = match (card.kind, set.task) {
            (Kind::Series, _) => set.inputs.numbers.len() / set.features.len(),
            (_, Task::EachPosition(_)) => set.inputs.numbers.len(),
            _ => set.len(),
        };
        assert_eq!(rows as u32, card.rows.unwrap_or(200), "{}", card.id);
        let mut used: Vec<u32> = set.train.iter().chain(&set.test).copied().collect();
        used.sort_unstable();
        assert!(used.into_iter().eq(0..set.len() as u32), "{}: every row once", card.id);
        assert!(set.inputs.iter().flatten().chain(set.targets.iter().flatten()).all(|x| x.is_finite()), "{}", card.id);
        let entries = match (set.input, set.task) {
            (Input::Index(entries), _) => entries,
            (Input::Quantity, _) => continue,
        };
        assert_eq!(set.vocabulary.len(), entries, "{}", card.id);
        assert!(set.inputs.iter().flatten().all(|&x| x.fract() == 0.0 && (x as usize) < entries), "{}", card.id);
    }
}

#[test]
fn every_class_has_rows_and_no_other_is_asked_for() {
    for card in data::catalogue().filter(|card| !card.classes.is_empty()) {
        let set = dataset(&format!("data={}", card.id));
        let mut counts = vec![0; card.classes.len()];
        set.targets.iter().for_each(|target| counts[target[0] as usize] += 1);
        assert!(counts.iter().all(|&count| count > 10), "{}: {counts:?}", card.id);
    }
}

/// Rows trained and tested on in `../shared/reference/*.json`.
#[test]
fn splits_are_those_of_the_reference_results() {
    for (id, train, test) in [
        ("iris", 120, 30),
        ("cars", 314, 78),
        ("digits8", 1437, 360),
        ("mnist-mini", 1200, 300),
        ("mnist-7k", 6000, 1000),
        ("fashion-5k", 4000, 1000),
        ("sunspots", 226, 59),
        ("sources", 2499, 624),
    ] {
        let set = dataset(&format!("data={id}"));
        assert_eq!((set.train.len(), set.test.len()), (train, test), "{id}");
        if data::find(id).unwrap().kind != Kind::Table {
            assert!(set.train.iter().chain(&set.test).copied().eq(0..set.len() as u32), "{id} is split in its order");
        }
    }
}

#[test]
fn images_are_those_of_the_originals() {
    let mnist = dataset("data=mnist-7k");
    let counts = |rows: &[u32], class: f32| rows.iter().filter(|&&row| mnist.targets.row(row)[0] == class).count();
    for class in 0..10 {
        assert_eq!((counts(&mnist.train, class as f32), counts(&mnist.test, class as f32)), (600, 100));
    }
    let small = dataset("data=mnist-mini");
    assert_eq!(small.row(0), mnist.row(0));
    assert_eq!(small.row(1200), mnist.row(6000), "test images are the first of the larger set");
    assert!(mnist.inputs.numbers.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
    // Digits are bright in the middle and black at the border.
    let mean = |pixel: usize| mnist.inputs.iter().map(|row| row[pixel]).sum::<f32>() / 7000.0;
    assert!(mean(0) == 0.0 && mean(14 * 28 + 14) > 0.3);
    let (flat, images) = (dataset("data=digits"), dataset("data=digits8"));
    assert_eq!((flat.inputs, images.axes), (images.inputs, vec![1, 8, 8]));
}

#[test]
fn a_window_is_followed_by_its_target() {
    let text = String::from_utf8(common::files("sunspots").remove(0)).unwrap();
    let scaled = |line: &str| (line.split_once(',').unwrap().1.parse::<f64>().unwrap() / 100.0) as f32;
    let spots: Vec<f32> = text.lines().skip(1).map(scaled).collect();
    for (link, window, horizon) in [("", 24, 1), ("&window=7&horizon=5", 7, 5), ("&window=1", 1, 1)] {
        let set = dataset(&format!("data=sunspots{link}"));
        assert_eq!((set.len(), set.test.len()), (309 - window - horizon + 1, 59));
        for row in 0..set.len() {
            assert_eq!(set.row(row as u32), &spots[row..row + window]);
            assert_eq!(set.targets.row(row as u32), [spots[row + window + horizon - 1]]);
        }
    }
}

/// To foretell the last value seen: the figure of `../shared/reference/series.json` comes out only if windows, targets, scale and
/// split are the same.
#[test]
fn persistence_is_as_good_as_in_the_reference() {
    let set = dataset("data=sunspots");
    let error = |&row: &u32| (f64::from(set.targets.row(row)[0]) - f64::from(set.row(row)[23])).powi(2);
    let mean = set.test.iter().map(error).sum::<f64>() / set.test.len() as f64;
    let reference = common::read("../reference/series.json");
    let expected = reference["results"][0]["mean"]["persistence"].as_f64().unwrap();
    assert!((mean - expected).abs() < 1e-7, "{mean}, expected {expected}");
}

#[test]
fn several_series_are_scaled_by_what_is_trained_on() {
    let set = dataset("data=seattle_weather&window=14");
    assert_eq!((set.axes.as_slice(), set.test.len()), ([14, 4].as_slice(), 365));
    let (mean, deviation) = (set.target_scale[0], set.target_scale[1]);
    let warmest = |row: u32| f64::from(set.targets.row(row)[0]) * deviation + mean;
    assert!((warmest(0) - 1.1).abs() < 1e-4, "the fifteenth day of 2012: {}", warmest(0));
    for row in 0..set.len() as u32 - 1 {
        // The second of the four is the one foretold: it is the last of the next window.
        assert_eq!(set.targets.row(row)[0], set.row(row + 1)[13 * 4 + 1]);
    }
    let trained = &set.inputs.numbers[..4 * (1461 - 365)];
    for feature in 0..4 {
        let column = || trained.iter().skip(feature).step_by(4).map(|&x| f64::from(x));
        let mean = column().sum::<f64>() / 1096.0;
        let variance = column().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1096.0;
        assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-5, "{mean}, {variance}");
    }
}

#[test]
fn a_window_that_leaves_nothing_to_train_on_is_refused() {
    let (read, problems) = Experiment::from_link("data=nile&window=80");
    let said = "data.window is 80; accepted: at most 80 with the horizon: nile has 80 values to train on";
    assert_eq!(problems[0].to_string(), said);
    assert_eq!(read.data, DataSpec { name: "nile".into(), ..DataSpec::default() });
    assert_eq!(dataset("data=nile&window=79").train.len(), 1);
}

#[test]
fn each_character_is_followed_by_the_next() {
    for (id, context, alphabet) in [("austen", 32, 61), ("us-declaration", 9, 59)] {
        let set = dataset(&format!("data={id}&context={context}"));
        assert_eq!((set.task, set.positions()), (Task::EachPosition(alphabet), context));
        assert_eq!(set.classes, set.vocabulary);
        for row in 0..set.len() as u32 {
            assert_eq!(set.row(row)[1..], set.targets.row(row)[..context - 1]);
        }
        let first: String = set.row(0).iter().map(|&token| set.vocabulary[token as usize].as_str()).collect();
        let text = String::from_utf8(common::files(id).remove(0)).unwrap();
        assert!(text.starts_with(&first), "{first}");
        // Nothing trained on is tested.
        let starts = set.inputs.starts.as_ref().unwrap();
        let last_trained = starts[*set.train.last().unwrap() as usize] as usize + context;
        assert!(last_trained < starts[set.test[0] as usize] as usize);
    }
}

/// The entropy of single characters on the test text, counted on the training text with one added to each: the figure of
/// `../shared/reference/charlm.json` comes out only if the split is the same.
#[test]
fn the_text_is_cut_where_the_reference_cuts_it() {
    let set = dataset("data=austen&context=32");
    let boundary = set.inputs.starts.as_ref().unwrap()[set.test[0] as usize] as usize;
    let (train, test) = set.inputs.numbers.split_at(boundary);
    let mut counts = vec![1.0; set.vocabulary.len()];
    train.iter().for_each(|&token| counts[token as usize] += 1.0);
    let total: f64 = counts.iter().sum();
    let bits = test.iter().map(|&token| -(counts[token as usize] / total).log2()).sum::<f64>() / test.len() as f64;
    let reference = common::read("../reference/charlm.json");
    let expected = reference["results"][0]["mean"]["unigram_bits"].as_f64().unwrap();
    assert!((bits - expected).abs() < 1e-9, "{bits}, expected {expected}");
    assert_eq!(set.test.len(), (99_984 - boundary - 1) / 32);
}

#[test]
fn words_are_the_most_frequent_of_the_training_rows() {
    let set = dataset("data=sources");
    assert_eq!((set.input, set.axes.as_slice()), (Input::Index(2002), [12].as_slice()));
    assert_eq!(set.vocabulary[..4], ["(padding)", "(unknown)", "the", "and"]);
    let words: Vec<&str> = set.row(0).iter().map(|&token| set.vocabulary[token as usize].as_str()).collect();
    assert_eq!(words[..7], ["the", "merciless", "indian", "savages", "whose", "known", "rule"]);
    assert_eq!(set.classes[set.targets.row(0)[0] as usize], "law");
    let few = dataset("data=sources&vocab=10");
    assert_eq!(few.vocabulary.len(), 12);
    let unknown = few.inputs.iter().flatten().filter(|&&token| token == 1.0).count();
    assert!(unknown > few.inputs.numbers.len() / 2, "most words are rare");
}

#[test]
fn words_are_spelt_and_padded() {
    let set = dataset("data=word-sentiment");
    let spelt: String = set.row(0).iter().map(|&token| set.vocabulary[token as usize].as_str()).collect();
    assert_eq!(spelt, format!("hand{}", "(padding)".repeat(13)));
    assert_eq!(set.targets.row(0), [2.2]);
}

/// What PyTorch reaches is in `../shared/reference/SUMMARY.md`; a wide margin below it is asked for.
#[test]
fn dense_networks_learn_images_tables_and_series() {
    for (link, epochs, least) in [
        ("data=digits8&net=32&opt=adam&lr=0.003&bs=32", 30, 0.94),
        ("data=mnist-mini&net=64&opt=adam&lr=0.001&bs=32", 15, 0.86),
    ] {
        let mut session = session(link);
        session.advance(Stride::Epoch, epochs);
        let score = session.score(Set::Test);
        assert!(score.accuracy.unwrap() > least, "{link}: {score:?}");
    }
    for (link, epochs, most) in [
        ("data=cars&net=16&opt=adam&lr=0.005&bs=16", 60, 0.18),
        ("data=sunspots&net=16&act=tanh&opt=adam&lr=0.005&bs=16", 60, 0.06),
    ] {
        let mut session = session(link);
        session.advance(Stride::Epoch, epochs);
        let score = session.score(Set::Test);
        assert!(score.loss < most && score.accuracy.is_none(), "{link}: {score:?}");
    }
}

fn session(link: &str) -> Session<Lane> {
    let experiment = experiment(link);
    Session::new(&experiment, common::dataset(&experiment)).unwrap()
}

#[test]
fn broken_files_are_refused_by_name() {
    let error = |link: &str, files: &[&[u8]]| Dataset::build(&experiment(link), files).unwrap_err().to_string();
    assert!(error("data=iris", &[]).contains("iris with 0 files; accepted: the contents of iris.csv with it"));
    assert!(error("data=circle", &[b"x"]).contains("circle with 1 files; accepted: no files"));
    let images = error("data=mnist-mini", &[b"abc", b"12", b"", b""]);
    assert_eq!(images, "mnist/mnist-mini-train.q4.gz: 3 bytes; 784 are needed for its labels");
    let labels = error("data=mnist-mini", &[b"", b"1x", b"", b""]);
    assert_eq!(labels, "mnist/mnist-mini-train-labels.txt: label 2 is 'x', not a digit of a class");
    let binary = error("data=austen", &[b"a\nb\xff"]);
    assert_eq!(binary, "text/austen.txt, line 2: this is not text in UTF-8");
    assert!(error("data=austen", &[b""]).contains("0 characters, 0 of them different; 61 different ones are expected"));
    let class = error("data=sources", &[b"law\ta b\nlore\tc d\n", b""]);
    assert!(class.contains(r#"sources-train.tsv, line 2: "lore" is not one of austen, bible, law"#), "{class}");
    let number = error("data=word-sentiment", &[b"good\tx\n"]);
    assert!(number.contains("line 1: no number after the tab"), "{number}");
    let value = error("data=nile", &[b"year,volume\n1871,wet\n"]);
    assert_eq!(value, r#"series/nile.csv, line 2: column 2 is "wet", not a number"#);
}

fn own(csv: impl AsRef<[u8]>, change: impl FnOnce(&mut ColumnsSpec)) -> Result<Dataset, Error> {
    let mut experiment = Experiment::default();
    experiment.data.name = "own".into();
    change(&mut experiment.data.columns);
    Dataset::build(&experiment, &[csv.as_ref()])
}

fn refused(csv: impl AsRef<[u8]>, change: impl FnOnce(&mut ColumnsSpec)) -> String {
    match own(csv, change) {
        Err(error) => error.to_string(),
        Ok(set) => panic!("accepted: {set:?}"),
    }
}

/// The mean and deviation of a standardised column are those of its training rows; so a row's place is compared.
fn highest(set: &Dataset, feature: usize) -> u32 {
    (0..set.len() as u32).max_by(|&a, &b| set.row(a)[feature].total_cmp(&set.row(b)[feature])).unwrap()
}

#[test]
fn a_table_of_ones_own_is_understood() {
    let set = own("size,weight,kind\n1,5,cat\n2,4,dog\n9,3,cat\n4,2,dog\n", |_| {}).unwrap();
    assert_eq!((set.task, set.len(), set.axes.as_slice()), (Task::Binary, 4, [2].as_slice()));
    assert_eq!(
        (set.features.as_slice(), set.classes.as_slice()),
        (["size".to_owned(), "weight".to_owned()].as_slice(), ["cat".to_owned(), "dog".to_owned()].as_slice())
    );
    assert_eq!(set.targets.numbers, [0.0, 1.0, 0.0, 1.0]);
    assert_eq!((highest(&set, 0), highest(&set, 1)), (2, 0));
    assert_eq!(set.notes, ["kind is taken for 2 classes."]);
}

#[test]
fn quotes_delimiters_and_decimal_commas_are_understood() {
    let quoted = own("\"a, b\",c\n\"1\",\"x \"\"y\"\"\nz\"\n2,other\n", |_| {}).unwrap();
    assert_eq!((quoted.features[0].as_str(), quoted.classes[1].as_str()), ("a, b", "x \"y\"\nz"));
    let semicolons = own("\u{feff}a;b;c\r\n1,5;2;0,25\r\n\r\n2,5;3.5;0,75\r\n", |_| {}).unwrap();
    assert_eq!(
        (semicolons.task, semicolons.features.as_slice()),
        (Task::Regression, ["a".into(), "b".into()].as_slice())
    );
    let [shift, by] = semicolons.target_scale;
    let targets: Vec<f64> = semicolons.targets.numbers.iter().map(|&y| f64::from(y) * by + shift).collect();
    assert_eq!(targets, [0.25, 0.75]);
    let nameless = own("1,5;2,5;0\n3,5;4,5;1\n", |_| {}).unwrap();
    assert_eq!((nameless.width(), nameless.classes.len()), (2, 2), "commas stand in numbers");
    let tabs = own("a\tb, c\n1\tyes\n2\tno\n", |_| {}).unwrap();
    assert_eq!(tabs.classes, ["no", "yes"]);
    let nameless = own("1,2,x\n3,4,y\n", |_| {}).unwrap();
    assert_eq!((nameless.features[1].as_str(), nameless.len()), ("column 2", 2));
    let alike = own("a,a,a\n1,2,x\n3,4,y\n", |_| {}).unwrap();
    assert_eq!(alike.features, ["a", "a 2"]);
    let forced = own("1990,1991,1992\n1,2,0\n3,4,1\n", |columns| columns.header = Some(true)).unwrap();
    assert_eq!(forced.features, ["1990", "1991"]);
}

#[test]
fn rows_with_missing_values_are_left_out_and_listed() {
    let set = own("a,b,c\n1,2,0\n,2,1\n3,NA,1\n\n4,5,1\n6,7,?\n", |_| {}).unwrap();
    assert_eq!(set.len(), 2);
    assert_eq!(set.notes[0], "Rows with missing values are left out: 3 (lines 3, 4, 7).");
    let many: String =
        (0..30).map(|row| if row < 25 { "n/a,1\n".into() } else { format!("{row},{}\n", row % 2) }).collect();
    let set = own(format!("a,b\n{many}"), |_| {}).unwrap();
    assert!(set.notes[0].starts_with("Rows with missing values are left out: 25 (lines 2, 3,"), "{:?}", set.notes);
    assert!(set.notes[0].ends_with("20, 21 and 5 more)."), "{:?}", set.notes);
    let none = refused("a,b\n,1\n1,\n", |_| {});
    assert!(none.contains("0 rows; at least 2 are needed") && none.contains("(lines 2, 3)"), "{none}");
}

#[test]
fn the_target_is_a_class_or_a_number_and_that_is_said() {
    let rows = |target: &dyn Fn(usize) -> String| {
        let rows: Vec<String> = (0..40).map(|row| format!("{row},{}", target(row))).collect();
        format!("a,b\n{}", rows.join("\n"))
    };
    let digits = rows(&|row| (row % 12 * 3).to_string());
    let set = own(&digits, |_| {}).unwrap();
    assert_eq!((set.task, set.classes[2].as_str(), set.classes[11].as_str()), (Task::Classes(12), "6", "33"));
    let numbers = own(&digits, |columns| columns.task = Some(TargetSpec::Regression)).unwrap();
    assert_eq!((numbers.task, numbers.classes.len()), (Task::Regression, 0));
    assert_eq!(numbers.notes, ["b is taken for a number to be foretold."]);
    let many = rows(&|row| (row % 13).to_string());
    assert_eq!(own(&many, |_| {}).unwrap().task, Task::Regression);
    let forced = own(&many, |columns| columns.task = Some(TargetSpec::Classes)).unwrap();
    assert_eq!(forced.task, Task::Classes(13));
    assert_eq!(own(rows(&|row| format!("{}.5", row % 3)), |_| {}).unwrap().task, Task::Regression);
    let mean = numbers.train.iter().map(|&row| numbers.targets.row(row)[0]).sum::<f32>();
    assert!(mean.abs() < 1e-4, "targets are standardised on the training rows");
    let one = refused(rows(&|_| "cat".into()), |_| {});
    assert_eq!(one, "data.columns.target is b with 1 class (cat); accepted: 2 to 32 classes, or numbers");
    let names = refused(rows(&|row| format!("name {row:02}")), |_| {});
    assert!(names.contains("b with 40 classes (name 00, name 01, name 02, name 03, name 04 and 35 more)"), "{names}");
    let slip = refused(rows(&|row| if row == 6 { "6.O".into() } else { format!("{row}.5") }), |_| {});
    assert_eq!(slip, r#"your table, line 8: column b is "6.O"; accepted: a number such as 1.5"#);
    let text = refused(rows(&|_| "cat".into()), |columns| columns.task = Some(TargetSpec::Regression));
    assert_eq!(text, r#"your table, line 2: column b is "cat"; accepted: a number such as 1.5"#);
}

#[test]
fn columns_are_chosen_by_name() {
    let csv = "id,name,size,kind\n7,Ann,1,0\n8,Bob,2,1\n9,Cy,3,0\n";
    let chosen = own(csv, |columns| {
        columns.inputs = vec!["size".into()];
        columns.target = "name".into();
    })
    .unwrap();
    assert_eq!((chosen.features.as_slice(), chosen.task), (["size".to_owned()].as_slice(), Task::Classes(3)));
    let found = own(csv, |_| {}).unwrap();
    assert_eq!(found.features, ["id", "size"]);
    assert_eq!(found.notes[0], r#"Columns with text are left out: name (line 2: "Ann")."#);
    let inputs = |names: &[&str]| {
        let names = names.iter().map(|&name| name.into()).collect();
        refused(csv, |columns| columns.inputs = names)
    };
    assert_eq!(inputs(&["sise"]), "data.columns.inputs[0] is sise; accepted: a column: id, name, size, kind");
    assert!(inputs(&["kind"]).contains("another column: kind is the target"));
    assert!(inputs(&["id", "id"]).contains("data.columns.inputs[1] is id; accepted: another column"));
    assert_eq!(inputs(&["name"]), r#"your table, line 2: column name is "Ann"; accepted: a number such as 1.5"#);
    let target = refused(csv, |columns| columns.target = "sort".into());
    assert_eq!(target, "data.columns.target is sort; accepted: a column: id, name, size, kind");
    let none = refused("a,b\nx,0\ny,1\n", |_| {});
    assert!(none.contains(r#"no column of numbers beside the target: a (line 2: "x")"#), "{none}");
}

#[test]
fn what_is_no_table_is_refused() {
    assert_eq!(refused("", |_| {}), "your table, line 1: the table is empty");
    assert!(refused("a\n1\n2\n", |_| {}).contains("there is one column; at least two are needed"));
    assert_eq!(refused("a,b\n1,2\n1,2,3\n", |_| {}), "your table, line 3: 3 cells, where the first line has 2");
    let utf8 = "this is not text in UTF-8; save the table as CSV in UTF-8";
    assert_eq!(refused(b"a,b\n1,2\n\xff\xfe", |_| {}), format!("your table, line 3: {utf8}"));
    assert_eq!(refused(b"PK\x03\x04\0\0", |_| {}), format!("your table, line 1: {utf8}"));
    assert!(refused("a,b\n1,1e31\n2,3\n", |columns| columns.task = Some(TargetSpec::Regression)).contains("1e31"));
    assert!(refused("a,b\n1,inf\n2,3\n", |columns| columns.task = Some(TargetSpec::Regression)).contains("inf"));
}

#[test]
fn what_is_too_large_is_refused() {
    let rows = "1,2\n".repeat(20_001);
    let said = "your table, line 20001: at most 20000 rows are accepted; there are 20001";
    assert_eq!(refused(&rows, |_| {}), said);
    let exactly = (0..20_000).map(|row| format!("{row},{}", row % 2)).collect::<Vec<_>>().join("\n");
    assert_eq!(own(format!("a,b\n{exactly}"), |_| {}).unwrap().len(), 20_000);
    assert_eq!(own(&exactly, |_| {}).unwrap().len(), 20_000);
    let wide = format!("{}1\n", "1,".repeat(200));
    assert_eq!(refused(wide, |_| {}), "your table, line 1: 201 columns; at most 200 are accepted");
    let large = refused(vec![b'1'; 5_000_001], |_| {});
    assert_eq!(large, "your table, line 1: the file has 5000001 bytes; at most 5000000 (5 MB) are accepted");
}

#[test]
fn a_loss_that_does_not_fit_ones_own_data_is_refused() {
    let mut experiment = experiment("loss=ce");
    experiment.data.name = "own".into();
    let error = Dataset::build(&experiment, &[b"a,b\n1,1.5\n2,2.5\n"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "loss is ce; accepted: one of auto, mse, mae, huber, logcosh, because own is a regression"
    );
}

#[test]
fn far_numbers_and_constants_stay_finite() {
    let set = own("a,b,c\n1e30,0.1,0\n-1e30,0.1,1\n1e-30,0.1,0\n0,5,1\n", |_| {}).unwrap();
    assert!(set.inputs.numbers.iter().all(|x| x.abs() <= 1e6), "{:?}", set.inputs);
}

fn with_points(drawn: Vec<[f64; 3]>) -> Experiment {
    let data = DataSpec { name: "own".into(), drawn, ..DataSpec::default() };
    Experiment { data, ..Experiment::default() }
}

#[test]
fn drawn_points_are_data() {
    let drawn = with_points(vec![[-1.0, 0.5, 0.0], [1.004, -0.25, 2.0], [0.0, 0.0, 2.0], [0.1, 0.1, 0.0]]);
    let set = Dataset::build(&drawn, &[]).unwrap();
    assert_eq!((set.task, set.len(), set.is_plane()), (Task::Classes(3), 4, true));
    assert_eq!((set.row(1), set.targets.row(1)), ([1.0, -0.25].as_slice(), [2.0].as_slice()));
    let mut session = Session::<Lane>::new(&drawn, set).unwrap();
    session.advance(Stride::Epoch, 5);
    assert!(session.info().has_map);
    let from_link = experiment(&drawn.to_link());
    assert_eq!(Dataset::build(&from_link, &[]).unwrap().inputs, Dataset::build(&drawn, &[]).unwrap().inputs);
    let error = |experiment: &Experiment, files: &[&[u8]]| Dataset::build(experiment, files).unwrap_err().to_string();
    assert!(error(&with_points(vec![]), &[]).contains("own with points in data.drawn, or a table with it"));
    assert!(error(&drawn, &[b"a,b\n1,2\n"]).contains("4 points and a table; accepted: either points or a table"));
    assert!(
        error(&with_points(vec![[0.0, 0.0, 1.0]; 2]), &[])
            .contains("2 points of class 1; accepted: points of at least two")
    );
    assert!(error(&with_points(vec![[0.0; 3]; 2001]), &[]).contains("2001 points; accepted: at most 2000"));
    for bad in [[1.3, 0.0, 0.0], [0.0, f64::NAN, 0.0], [0.0, 0.0, 0.5], [0.0, 0.0, 32.0], [0.0, 0.0, -1.0]] {
        let said = error(&with_points(vec![[0.0, 0.0, 1.0], bad]), &[]);
        assert!(said.contains("data.drawn[1]") && said.contains("within ±1.27, a class from 0 to 31"), "{said}");
    }
}

#[test]
fn points_that_a_link_does_not_hold_are_named() {
    let said = |link: &str| {
        let (read, problems) = Experiment::from_link(link);
        assert_eq!(read, Experiment::default(), "{link}");
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    assert!(said("data=own").contains("own with the points in pts; a table is not part of a link"));
    assert!(said("data=own&pts=AAA").contains("pts is AAA; accepted: up to 2000 points of three bytes each"));
    assert!(said("data=own&pts=***").contains("as base64 for URLs"));
    assert!(said("data=own&pts=gAAAAAAA").contains("points within ±1.27 of classes below 32"));
    assert!(said("data=own&pts=AAAAAAAA").contains("points of at least two classes"));
}

fn points() -> impl Strategy<Value = Vec<[f64; 3]>> {
    let point = (-127_i32..=127, -127_i32..=127, 0_u32..32);
    prop::collection::vec(point, 2..60).prop_map(|points| {
        points
            .into_iter()
            .map(|(x1, x2, class)| [f64::from(x1) / 100.0, f64::from(x2) / 100.0, f64::from(class)])
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn points_survive_their_link(drawn in points()) {
        let experiment = with_points(drawn);
        prop_assume!(experiment.validate().is_ok());
        let (read, problems) = Experiment::from_link(&experiment.to_link());
        prop_assert!(problems.is_empty(), "{problems:?}");
        prop_assert_eq!(read, experiment);
    }

    #[test]
    fn no_text_breaks_the_reading_of_a_table(text in "([a-c0-9.,;\t\"?\r\n -]{0,9}[,;\t\n]){0,24}") {
        reads(text.as_bytes());
    }

    #[test]
    fn no_bytes_break_the_reading_of_a_table(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        reads(&bytes);
    }

    #[test]
    fn no_bytes_break_the_reading_of_a_pack(bytes in prop::collection::vec(any::<u8>(), 0..200), which in 0_usize..40) {
        let cards: Vec<_> = data::catalogue().filter(|card| !card.files.is_empty()).collect();
        let card = cards[which % cards.len()];
        let files = vec![bytes.as_slice(); card.files.len()];
        let _ = Dataset::build(&experiment(&format!("data={}", card.id)), &files);
    }
}

fn reads(bytes: &[u8]) {
    if let Ok(set) = own(bytes, |_| {}) {
        assert!(set.len() >= 2 && !set.train.is_empty() && !set.test.is_empty());
        assert!(set.inputs.numbers.iter().chain(&set.targets.numbers).all(|x| x.is_finite()), "{set:?}");
        assert_eq!(set.inputs.len(), set.targets.len());
    }
}

#[test]
fn a_network_sees_features_of_points() {
    let link = "feat=x;y^2;x*y;sin(6 y)&net=3";
    let seen = experiment(link);
    let dataset = dataset(link);
    assert_eq!(dataset.features, ["x₁", "x₂²", "x₁x₂", "sin 6x₂"]);
    assert_eq!((dataset.width(), dataset.is_plane()), (4, true));
    for row in 0..dataset.len() as u32 {
        let [x, y] = [0, 1].map(|at| f64::from(dataset.point(row)[at]));
        let expected = [x, y * y, x * y, (6.0 * y).sin()];
        for (at, expected) in expected.into_iter().enumerate() {
            assert!((f64::from(dataset.row(row)[at]) - expected).abs() < 1e-6);
            assert!((dataset.seen_at([x, y], at) - expected).abs() < 1e-12);
        }
    }
    // The points themselves are those of the same data without features.
    let plain = self::dataset("net=3");
    assert_eq!((plain.point(7), plain.features.join(" ")), (dataset.point(7), "x₁ x₂".to_owned()));
    assert_eq!(seen.to_link(), "v=1&net=3&feat=x;y%5E2;x%20*%20y;sin(6%20y)");
    // With the right feature no hidden layer is needed.
    let mut run = common::session("data=xor&net=0&feat=x * y&noise=0&lr=1");
    run.advance(Stride::Epoch, 50);
    assert!(run.progress().test_accuracy.unwrap() > 0.97);
}

#[test]
fn features_that_cannot_be_seen_are_named() {
    let said = |link: &str| {
        let (_, problems) = Experiment::from_link(link);
        problems.iter().map(|problem| format!("{}: {}", problem.field, problem.accepted)).collect::<Vec<_>>().join("; ")
    };
    assert!(said("feat=x;x").contains("data.features[1]: each feature once"));
    assert!(said("feat=a x").contains("a formula in x and y; it has a"), "{}", said("feat=a x"));
    assert!(said("feat=sin(").contains("data.features[0]"));
    assert!(
        said(&format!("feat={}", (0..13).map(|n| format!("x+{n}")).collect::<Vec<_>>().join(";"))).contains("1 to 12")
    );
    let log = Dataset::build(&experiment("feat=log(x)"), &[]).err().unwrap().to_string();
    assert!(log.contains("log(x)") && log.contains("a value within ±10000 at every point"), "{log}");
    assert!(said("feat=x;z").contains("z is the sum of a unit"));
    let steep = Dataset::build(&experiment("feat=exp(100*x)"), &[]).err().unwrap().to_string();
    assert!(steep.contains("within ±10000"), "{steep}");
    // What is not in the plane has no such features, and asks for none.
    assert_eq!(said("data=iris&feat=x"), "");
}
