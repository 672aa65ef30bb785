// The ratings of a new person: kept in this browser alone until they are saved under a name.

const PLACE = 'likemind.new-person';

/**
 * `ratings` is `[{item, title, year, rating}]`, the latest first. `change` is said after each change.
 */
class NewPerson extends EventTarget {
  #ratings = read();

  get ratings() {
    return this.#ratings;
  }

  /** The rating of an item; null where there is none. */
  ratingOf(id) {
    return this.#ratings.find(({ item }) => item === id)?.rating ?? null;
  }

  /** Keeps a rating; the item stays where it stands if it was rated before. */
  rate({ item, title, year }, rating) {
    const known = this.#ratings.some((other) => other.item === item);
    this.#keep(
      known
        ? this.#ratings.map((other) => (other.item === item ? { ...other, rating } : other))
        : [{ item, title, year, rating }, ...this.#ratings],
    );
  }

  clear(id) {
    this.#keep(this.#ratings.filter(({ item }) => item !== id));
  }

  clearAll() {
    this.#keep([]);
  }

  #keep(ratings) {
    this.#ratings = ratings;
    try {
      localStorage.setItem(PLACE, JSON.stringify(ratings));
    } catch {
      // A browser that keeps nothing: then they last as long as the page.
    }
    this.dispatchEvent(new Event('change'));
  }
}

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? '[]');
    return kept.filter(({ item, rating }) => typeof item === 'string' && Number.isFinite(rating));
  } catch {
    return [];
  }
}

export const newPerson = new NewPerson();
