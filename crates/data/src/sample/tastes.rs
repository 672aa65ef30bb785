//! Tastes: the genres and eras that viewers love and dislike.

/// The genres of the films, with the names that MovieLens uses.
#[cfg(test)]
pub(super) const GENRES: [&str; 17] = [
    "Action",
    "Adventure",
    "Animation",
    "Children",
    "Comedy",
    "Crime",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
];

/// The taste of a kind of viewer.
#[derive(Debug, PartialEq)]
pub(super) struct Taste {
    pub(super) loves: &'static [&'static str],
    pub(super) dislikes: &'static [&'static str],
    /// The first and last year of the films that this viewer prefers.
    pub(super) era: (i32, i32),
}

/// All tastes. The first two are those of Ada and Bruno.
pub(super) const TASTES: [Taste; 12] = [
    Taste { loves: &["Sci-Fi", "Animation"], dislikes: &["Horror", "War"], era: (1965, 2025) },
    Taste { loves: &["Crime", "Film-Noir"], dislikes: &["Musical", "Children"], era: (1930, 2025) },
    Taste { loves: &["Horror", "Thriller"], dislikes: &["Musical", "Romance"], era: (1960, 2025) },
    Taste { loves: &["Musical", "Romance"], dislikes: &["Horror", "Action"], era: (1930, 1970) },
    Taste { loves: &["Children", "Animation"], dislikes: &["Crime", "Horror"], era: (1937, 2025) },
    Taste { loves: &["Drama"], dislikes: &["Action", "Sci-Fi"], era: (1920, 2000) },
    Taste { loves: &["Action", "Adventure"], dislikes: &["Drama", "Romance"], era: (1975, 2025) },
    Taste { loves: &["Romance", "Comedy"], dislikes: &["Sci-Fi", "War"], era: (1950, 2025) },
    Taste { loves: &["Western", "War"], dislikes: &["Fantasy", "Animation"], era: (1930, 1995) },
    Taste {
        loves: &["Mystery", "Thriller"],
        dislikes: &["Western", "Children"],
        era: (1940, 2025),
    },
    Taste { loves: &["Fantasy", "Adventure"], dislikes: &["Film-Noir", "War"], era: (1970, 2025) },
    Taste { loves: &["Comedy"], dislikes: &["Drama", "Thriller"], era: (1920, 2025) },
];

impl Taste {
    /// Returns the appeal of a film with these genres and year, from −1.4 to 1.2.
    pub(super) fn appeal(&self, genres: &[String], year: i32) -> f64 {
        let match_score = |list: &[&str]| {
            let shared = genres.iter().filter(|genre| list.contains(&genre.as_str())).count();
            [0.0, 0.8, 1.1][shared.min(2)]
        };
        let era = if (self.era.0..=self.era.1).contains(&year) { 0.1 } else { -0.3 };
        match_score(self.loves) - match_score(self.dislikes) + era
    }
}
