// The ratings of a new person, kept only in this browser until they are saved under a name.

const STORAGE_KEY = 'likemind.new-person';

/**
 * `ratings` is `[{item, title, year, rating}]`, newest first. Dispatches `change` after each change.
 */
class NewPerson extends EventTarget {
  #ratings = read();

  get ratings() {
    return this.#ratings;
  }

  /** The rating of an item, or null if there is none. */
  ratingOf(id) {
    return this.#ratings.find(({ item }) => item === id)?.rating ?? null;
  }

  /** Adds or changes a rating. A changed rating keeps its position. */
  rate({ item, title, year }, rating) {
    const known = this.#ratings.some((other) => other.item === item);
    this.#store(
      known
        ? this.#ratings.map((other) => (other.item === item ? { ...other, rating } : other))
        : [{ item, title, year, rating }, ...this.#ratings],
    );
  }

  clear(id) {
    this.#store(this.#ratings.filter(({ item }) => item !== id));
  }

  clearAll() {
    this.#store([]);
  }

  #store(ratings) {
    this.#ratings = ratings;
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(ratings));
    } catch {
      // Without storage the ratings last as long as the page.
    }
    this.dispatchEvent(new Event('change'));
  }
}

function read() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    return stored.filter(({ item, rating }) => typeof item === 'string' && Number.isFinite(rating));
  } catch {
    return [];
  }
}

export const newPerson = new NewPerson();
