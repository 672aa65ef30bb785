//! Kernels that compute the sums of a block, selected by CPU features behind one safe interface.

mod avx2;
mod avx512;
mod block;
mod portable;

pub(super) use avx2::Avx2;
pub(super) use avx512::Avx512;
pub(super) use block::{
    AllSums, BlockSums, Counts, HIGHEST_LEVEL, LANES, Line, PackedRow, Products, StepOrder, SumSet,
};
pub(super) use portable::Portable;

use std::fmt;

/// A kernel that combines a block of [`LANES`] rows, held densely with one line per column, with
/// one sparse row.
///
/// A value of an implementing type proves that the machine supports the kernel.
pub(super) trait BlockKernel: Copy {
    /// The levels of one column for all rows of the block.
    type Line: Line;
    /// The order in which the kernel expects the ratings of sparse rows.
    const STEPS: StepOrder;

    /// Computes the sums of `row` (as y) with every row of the block (as x). Only the sums selected
    /// by `S` are valid.
    fn sums<S: SumSet>(self, lines: &[Self::Line], row: PackedRow<'_>, sums: &mut BlockSums);

    /// Runs `work`, compiled for the kernel's instruction set.
    fn run<R>(self, work: impl FnOnce() -> R) -> R;
}

/// A method of computing the sums of pairs. All kernels produce the same bits; they differ only in
/// speed.
///
/// A value exists only for kernels that the current machine supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kernel(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Avx512,
    Avx2,
    Portable,
    Sparse,
}

/// All kernels and their names, fastest first.
const NAMES: [(Kind, &str); 4] = [
    (Kind::Avx512, "avx512"),
    (Kind::Avx2, "avx2"),
    (Kind::Portable, "portable"),
    (Kind::Sparse, "sparse"),
];

/// Errors when selecting a [`Kernel`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// No kernel has this name.
    #[error("expected a kernel (avx512, avx2, portable, sparse), found {found:?}")]
    Unknown {
        /// The requested name.
        found: String,
    },
    /// The machine lacks the required instructions.
    #[error("expected a kernel that this machine can run ({available}), found {found:?}")]
    Unavailable {
        /// The kernel's name.
        found: &'static str,
        /// The names of the kernels that the machine supports.
        available: String,
    },
}

impl Kernel {
    /// Returns the kernels that this machine supports, fastest first.
    pub fn available() -> Vec<Self> {
        let kinds = NAMES.iter().map(|&(kind, _)| Self(kind));
        kinds.filter(|kernel| kernel.runs_here()).collect()
    }

    /// Returns the kernel with the given name: `avx512` (AVX-512 VNNI), `avx2`, `portable` (no
    /// particular instructions), or `sparse` (sparse accumulation).
    ///
    /// # Errors
    /// Returns [`KernelError`] if no kernel has this name, or the machine does not support it.
    pub fn from_name(name: &str) -> Result<Self, KernelError> {
        let Some(&(kind, name)) = NAMES.iter().find(|known| known.1 == name) else {
            return Err(KernelError::Unknown { found: name.to_owned() });
        };
        if Self(kind).runs_here() {
            return Ok(Self(kind));
        }
        let available: Vec<_> = Self::available().iter().map(|kernel| kernel.name()).collect();
        Err(KernelError::Unavailable { found: name, available: available.join(", ") })
    }

    /// Returns the fastest block kernel that this machine supports.
    pub fn best() -> Self {
        Self::available().first().copied().unwrap_or(Self(Kind::Portable))
    }

    /// The name of the kernel.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|known| known.0 == self.0).map_or("", |known| known.1)
    }

    pub(super) fn from_kind(kind: Kind) -> Self {
        Self(kind)
    }

    pub(super) fn kind(self) -> Kind {
        self.0
    }

    fn runs_here(self) -> bool {
        match self.0 {
            Kind::Avx512 => Avx512::detect().is_some(),
            Kind::Avx2 => Avx2::detect().is_some(),
            Kind::Portable | Kind::Sparse => true,
        }
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
