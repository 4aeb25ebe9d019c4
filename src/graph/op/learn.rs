//! An activation of each number by itself, whose parameters are trained with the weights.

use super::{Backward, Forward, Operation};
use crate::activation::{Function, Number};
use crate::error::Error;
use crate::graph::{Graph, Mode, Node, Parameter};
use crate::kernels;
use crate::real::Scalar;
use crate::tensor::{Shape, Write};

#[derive(Clone)]
pub(in crate::graph) struct Learn {
    pub(in crate::graph) input: Node,
    pub(in crate::graph) function: Function,
    params: Parameter,
    /// Parameters of the activation: columns of `params`.
    count: usize,
    /// Neighbouring features that share a row: the pixels of a channel, or 1.
    run: usize,
}

impl Graph {
    /// An activation whose parameters are trained: `params` has one row for all, a row for each feature, for each entry of
    /// the first axis (channels) or of the last (features of a sequence), with a column for each parameter of the
    /// activation.
    ///
    /// # Errors
    /// If the rows or columns are others.
    pub fn activate_learned(
        &mut self,
        input: Node,
        function: impl Into<Function>,
        params: Parameter,
    ) -> Result<Node, Error> {
        let function = function.into();
        let shape = self.shape(input).clone();
        let (rows, columns) = (self.parameter_info(params).rows, self.parameter_info(params).columns);
        let count = function.parameters().count();
        let run = match rows {
            1 => Some(shape.features()),
            rows if rows == shape.features() || rows == shape.first() => Some(shape.features() / rows),
            rows if rows == shape.last() => Some(1),
            _ => None,
        };
        match run {
            Some(run) if count > 0 && columns == count => {
                Ok(self.push(Learn { input, function, params, count, run }, shape))
            }
            _ => Err(self.refusal(format!(
                "{} has {count} parameters, once or for each unit of {shape}; got [{rows}, {columns}]",
                function.name()
            ))),
        }
    }
}

impl Learn {
    /// Where the parameters of each run of features begin, of so many numbers in all.
    fn rows(&self, numbers: usize) -> impl Iterator<Item = usize> + use<> {
        let count = self.count;
        (0..).map(move |run| run * count % numbers)
    }
}

impl Operation for Learn {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn parameters(&self) -> &[Parameter] {
        std::slice::from_ref(&self.params)
    }
    /// For each run of features f', then its derivative by each parameter.
    fn kept(&self, _: &Graph, shape: &Shape, mode: Mode) -> usize {
        if mode == Mode::Train { (1 + self.count) * shape.features() } else { 0 }
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let (curve, size) = (self.function.curve(), self.run * pass.lanes);
        let (params, is_training) = (pass.weight(self.params), pass.is_training());
        let x = pass.value(self.input).chunks_exact(size);
        let mut kept = pass.kept.chunks_exact_mut((1 + self.count) * size);
        let runs = x.zip(pass.out.chunks_exact_mut(size));
        for ((x, out), row) in runs.zip(self.rows(params.len())) {
            let params = &params[row..row + self.count];
            match kept.next().filter(|_| is_training) {
                Some(kept) => {
                    let (slopes, partials) = kept.split_at_mut(size);
                    L::values_and_slopes(curve, x, params, out, slopes);
                    L::partials(curve, x, params, partials);
                }
                None => L::values(curve, x, params, out),
            }
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let size = self.run * pass.lanes;
        let (gradient, kept) = (pass.gradient, pass.kept.chunks_exact((1 + self.count) * size));
        if let Some((into, write)) = pass.weight_gradient(0) {
            if write == Write::Set {
                into.fill(L::Scalar::of(0.0));
            }
            let runs = gradient.chunks_exact(size).zip(kept.clone()).zip(self.rows(into.len()));
            for ((gradient, kept), row) in runs {
                let into = &mut into[row..row + self.count];
                kernels::weight_gradient(gradient, &kept[size..], into, size, Write::Add);
            }
        }
        let slopes = kept.flat_map(|kept| &kept[..size]);
        pass.put(0, gradient.iter().zip(slopes).map(|(&gradient, &slope)| gradient * slope));
    }
}
