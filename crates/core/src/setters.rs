//! Builder-style setters for option structs.

/// Generates a setter for each field of an option struct. Other crates need them because the
/// structs are `#[non_exhaustive]` and cannot be constructed with literal syntax.
macro_rules! setters {
    ($options:ident { $($setter:ident($field:ident: $type:ty)),* $(,)? }) => {
        impl $options {
            $(
                #[doc = concat!("Sets [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                pub fn $setter(self, $field: $type) -> Self {
                    Self { $field, ..self }
                }
            )*
        }
    };
}

pub(crate) use setters;
