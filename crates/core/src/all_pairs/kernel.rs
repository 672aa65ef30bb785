//! Which code sums the pairs of a block: what the machine has, behind one safe interface.

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

/// A block of [`LANES`] rows held densely, a line a column, that is summed with one sparse row.
///
/// A value of an implementing type is proof that the machine can run it.
pub(super) trait BlockKernel: Copy {
    /// One column's levels of all the block's rows.
    type Line: Line;
    /// In which order it wants the ratings of sparse rows.
    const STEPS: StepOrder;

    /// The sums of `row` (as y) with every row of the block (as x); those of `set` alone are
    /// right.
    fn sums<S: SumSet>(self, lines: &[Self::Line], row: PackedRow<'_>, sums: &mut BlockSums);

    /// Runs `work` compiled for the kernel's instructions.
    fn run<R>(self, work: impl FnOnce() -> R) -> R;
}

/// How the sums of pairs are computed. All kernels give the same bits; they differ in speed.
///
/// A value exists only for what the present machine can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kernel(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Avx512,
    Avx2,
    Portable,
    Sparse,
}

/// Every kernel with its name, fastest first.
const NAMES: [(Kind, &str); 4] = [
    (Kind::Avx512, "avx512"),
    (Kind::Avx2, "avx2"),
    (Kind::Portable, "portable"),
    (Kind::Sparse, "sparse"),
];

/// Why a kernel cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// No kernel has this name.
    #[error("expected a kernel (avx512, avx2, portable, sparse), found {found:?}")]
    Unknown {
        /// The text.
        found: String,
    },
    /// The machine lacks the instructions.
    #[error("expected a kernel that this machine can run ({available}), found {found:?}")]
    Unavailable {
        /// The kernel's name.
        found: &'static str,
        /// The names of those that it can run.
        available: String,
    },
}

impl Kernel {
    /// The kernels that this machine can run, fastest first.
    pub fn available() -> Vec<Self> {
        let kinds = NAMES.iter().map(|&(kind, _)| Self(kind));
        kinds.filter(|kernel| kernel.runs_here()).collect()
    }

    /// The kernel of this name: `avx512` (AVX-512 VNNI), `avx2`, `portable` (no particular
    /// instructions), `sparse` (sparse accumulation).
    ///
    /// # Errors
    /// [`KernelError`] if there is none, or the machine cannot run it.
    pub fn named(name: &str) -> Result<Self, KernelError> {
        let Some(&(kind, name)) = NAMES.iter().find(|known| known.1 == name) else {
            return Err(KernelError::Unknown { found: name.to_owned() });
        };
        if Self(kind).runs_here() {
            return Ok(Self(kind));
        }
        let available: Vec<_> = Self::available().iter().map(|kernel| kernel.name()).collect();
        Err(KernelError::Unavailable { found: name, available: available.join(", ") })
    }

    /// The fastest that this machine can run on blocks.
    pub fn best() -> Self {
        Self::available().first().copied().unwrap_or(Self(Kind::Portable))
    }

    /// The name.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|known| known.0 == self.0).map_or("", |known| known.1)
    }

    pub(super) fn of(kind: Kind) -> Self {
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
