//! Setters of options.

/// Gives options a method for each field, by which it is set from outside: a `#[non_exhaustive]`
/// struct, which may have more fields in a later version, cannot be written out there.
macro_rules! setters {
    ($options:ident { $($setter:ident($field:ident: $type:ty)),* $(,)? }) => {
        impl $options {
            $(
                #[doc = concat!("With another [`", stringify!($field), "`](Self::", stringify!($field), ").")]
                pub fn $setter(self, $field: $type) -> Self {
                    Self { $field, ..self }
                }
            )*
        }
    };
}

pub(crate) use setters;
