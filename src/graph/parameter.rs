//! Weights: what they are called, how they are shaped, and which of them are trained.

use super::Graph;
use std::ops::Range;

/// Weights of one operation: a matrix, a vector, a kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter(pub(super) usize);

/// What a parameter does; decides how it starts and whether weight decay is for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Multiplies inputs: a matrix or the kernel of a convolution.
    Weight,
    /// Is added.
    Bias,
    /// A row of numbers for each word or position.
    Embedding,
    /// Scales what was normalised.
    Gain,
    /// A parameter of an activation.
    Activation,
    /// Never trained: running statistics, fixed encodings.
    Buffer,
}

/// Where a parameter starts.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// By the rule of initial weights that the network is trained with.
    Rule,
    /// The same number everywhere.
    Constant(f64),
    /// These numbers, over and over.
    Values(Vec<f64>),
    /// Uniform within ± this.
    Uniform(f64),
    /// Normal with this deviation.
    Normal(f64),
}

/// What a parameter is called, how large it is and what it is for.
#[derive(Debug, Clone)]
pub struct ParameterInfo {
    /// Name: `layers.0.weight`.
    pub name: String,
    /// Axes, as PyTorch has them: `[out, in]`, `[out, in/groups, height, width]`, `[units]`.
    pub shape: Vec<usize>,
    /// Outputs: the first axis.
    pub rows: usize,
    /// Numbers for each output; 1 for a bias.
    pub columns: usize,
    /// Where it begins among all numbers of all parameters.
    pub offset: usize,
    /// What it does.
    pub role: Role,
    /// Where it starts.
    pub start: Start,
    /// Whether it is trained.
    pub trained: bool,
    /// The layer it belongs to.
    pub(super) layer: usize,
}

impl Parameter {
    /// Its place in [`Graph::parameters`].
    pub fn index(self) -> usize {
        self.0
    }
}

impl ParameterInfo {
    /// Its place among all numbers of all parameters.
    pub fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.len()
    }

    /// How many numbers it has.
    pub fn len(&self) -> usize {
        self.rows * self.columns
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Graph {
    /// A parameter with these axes; its name is preceded by that of the layer.
    pub fn parameter(&mut self, name: &str, shape: &[usize], role: Role) -> Parameter {
        let rows = shape.first().copied().unwrap_or(1);
        self.parameters.push(ParameterInfo {
            name: self.name(name),
            shape: shape.to_vec(),
            rows,
            columns: shape.iter().skip(1).product(),
            offset: self.parameter_count(),
            role,
            start: match role {
                Role::Gain => Start::Constant(1.0),
                Role::Embedding => Start::Normal(1.0),
                Role::Weight | Role::Bias | Role::Activation | Role::Buffer => Start::Rule,
            },
            trained: role != Role::Buffer,
            layer: self.layer,
        });
        Parameter(self.parameters.len() - 1)
    }

    /// A matrix `[out, in]` or kernel that multiplies.
    pub fn weight(&mut self, name: &str, shape: &[usize]) -> Parameter {
        self.parameter(name, shape, Role::Weight)
    }

    /// A vector that is added.
    pub fn bias(&mut self, name: &str, units: usize) -> Parameter {
        self.parameter(name, &[units], Role::Bias)
    }

    /// Says where a parameter starts, instead of what is usual for its role: gains at 1, embeddings normal, all else by the
    /// network's rule.
    pub fn start(&mut self, parameter: Parameter, start: Start) -> Parameter {
        self.parameters[parameter.0].start = start;
        parameter
    }

    /// Freezes all parameters there are by now, or has them trained, of whose name a part begins so: `layers.0`, `lora_`.
    /// Says how many there are. Buffers are never trained.
    pub fn set_trained(&mut self, part: &str, trained: bool) -> usize {
        let begins = |name: &str| name.starts_with(part) || name.contains(&format!(".{part}"));
        let chosen = self.parameters.iter_mut().filter(|info| begins(&info.name));
        chosen.map(|info| info.trained = trained && info.role != Role::Buffer).count()
    }

    /// All parameters, in the order they were added.
    pub fn parameters(&self) -> &[ParameterInfo] {
        &self.parameters
    }

    /// What a parameter is called and where its numbers are.
    pub fn parameter_info(&self, parameter: Parameter) -> &ParameterInfo {
        &self.parameters[parameter.0]
    }

    /// How many numbers the parameters are in all.
    pub fn parameter_count(&self) -> usize {
        self.parameters.last().map_or(0, |last| last.range().end)
    }
}
