//! A row of a table for each index: word embeddings.

use super::{Backward, Forward, Operation};
use crate::activation::Number;
use crate::error::Error;
use crate::graph::{Graph, Node, Parameter, Role};
use crate::real::Scalar;
use crate::tensor::{Shape, Write};

#[derive(Clone)]
pub(in crate::graph) struct Embed {
    input: Node,
    table: Parameter,
}

impl Graph {
    /// For each index of the input the row of the table, as `torch.nn.Embedding`: `[…]` becomes `[…, dim]`. The table is
    /// `[rows, dim]`. An index that has no row takes the nearest one.
    ///
    /// # Errors
    /// If the parameter is no table.
    pub fn embedding(&mut self, indices: Node, table: Parameter) -> Result<Node, Error> {
        let info = self.parameter_info(table);
        if info.role != Role::Embedding || info.shape.len() != 2 {
            return Err(self.refusal(format!("{} {:?} is no table of embeddings", info.name, info.shape)));
        }
        let axes: Vec<usize> = self.shape(indices).axes().iter().copied().chain([info.columns]).collect();
        Ok(self.push(Embed { input: indices, table }, Shape::new(&axes)))
    }
}

/// The row that an index means.
fn row_of<S: Scalar>(index: S, rows: usize) -> usize {
    (index.wide().max(0.0) as usize).min(rows - 1)
}

impl Operation for Embed {
    fn inputs(&self) -> &[Node] {
        std::slice::from_ref(&self.input)
    }
    fn parameters(&self) -> &[Parameter] {
        std::slice::from_ref(&self.table)
    }
    /// Indices have no gradient.
    fn stops_gradient(&self) -> bool {
        true
    }
    fn forward<L: Number>(&self, pass: Forward<L>) {
        let table = pass.weight(self.table);
        let (rows, columns) = (pass.infos[self.table.index()].rows, pass.infos[self.table.index()].columns);
        let width = pass.lanes * L::COUNT;
        let indices: &[L::Scalar] = bytemuck::cast_slice(pass.value(self.input));
        let out: &mut [L::Scalar] = bytemuck::cast_slice_mut(pass.out);
        for (indices, out) in indices.chunks_exact(width).zip(out.chunks_exact_mut(columns * width)) {
            for (sample, &index) in indices.iter().enumerate() {
                let row = &table[row_of(index, rows) * columns..][..columns];
                row.iter().enumerate().for_each(|(column, &value)| out[column * width + sample] = value);
            }
        }
    }
    fn backward<L: Number>(&self, mut pass: Backward<L>) {
        let table = &pass.infos[self.table.index()];
        let (rows, columns, width) = (table.rows, table.columns, pass.lanes * L::COUNT);
        let indices: &[L::Scalar] = bytemuck::cast_slice(pass.value(self.input));
        let gradient: &[L::Scalar] = bytemuck::cast_slice(pass.gradient);
        let Some((into, write)) = pass.weight_gradient(0) else { return };
        if write == Write::Set {
            into.fill(L::Scalar::of(0.0));
        }
        for (indices, gradient) in indices.chunks_exact(width).zip(gradient.chunks_exact(columns * width)) {
            for (sample, &index) in indices.iter().enumerate() {
                let row = &mut into[row_of(index, rows) * columns..][..columns];
                row.iter_mut().enumerate().for_each(|(c, into)| *into = *into + gradient[c * width + sample]);
            }
        }
    }
}
