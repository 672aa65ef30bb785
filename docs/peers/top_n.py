"""Ranks held-out items by popularity, the methods of implicit, and EASE.

    pip install -r requirements.txt
    python top_n.py TRAIN.csv TEST.csv [--liked RATING] [--lists LISTS.csv]

The files have the columns user, item and rating, as `likemind evaluate --folds 1 --by-user --write-split FOLDER`
writes them. Prints nDCG@10 and recall@10, the means over the users with held-out items; with --liked only held-out
items rated at least that high count. Every method is tried with several parameters and all of them are printed, so
the best of them is picked on the test ratings, which flatters it.

With --lists only the lists in a file of `likemind recommend --all --out LISTS.csv` are measured.
"""

import argparse
import csv
import os
import sys
import warnings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
warnings.filterwarnings("ignore")

import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender

LENGTH = 10
# The discounts of DCG.
DISCOUNTS = 1 / np.log2(np.arange(2, LENGTH + 2))


def read(path, users, items):
    """Reads ratings as (user, item, rating), and adds new ids to `users` and `items`."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    index = lambda ids, id: ids.setdefault(id, len(ids))
    return [(index(users, row[0]), index(items, row[1]), float(row[2])) for row in rows]


class Split:
    """Training ratings as matrices, and the relevant held-out items of each user."""

    def __init__(self, train, test, liked):
        users, items = {}, {}
        train, test = read(train, users, items), read(test, users, items)
        self.user_ids, self.item_ids = users, items
        user, item, rating = (np.array(column) for column in zip(*train))
        shape = (len(users), len(items))
        matrix = lambda values: sp.csr_matrix((values.astype(np.float32), (user, item)), shape)
        self.ratings, self.rated = matrix(rating), matrix(np.ones(len(train)))
        self.logarithms = matrix(np.log1p(np.maximum(rating, 0)))
        self.relevant = {}
        for user, item, rating in test:
            if rating >= liked:
                self.relevant.setdefault(user, set()).add(item)
        self.users = np.array(sorted(self.relevant))

    def show(self, name, lists):
        """Prints the quality of the lists of all users with relevant items."""
        ndcg, recall = [], []
        for user, ranked in zip(self.users, lists):
            relevant = self.relevant[user]
            hits = np.array([item in relevant for item in ranked])
            best = DISCOUNTS[: min(len(relevant), LENGTH)].sum()
            ndcg.append((hits * DISCOUNTS[: len(hits)]).sum() / best)
            recall.append(hits.sum() / len(relevant))
        print(f"{name:40} nDCG@10 {np.mean(ndcg):.4f}  recall@10 {np.mean(recall):.4f}", flush=True)

    def by_scores(self, name, scores_of):
        """Ranks by the scores of all items for some users at a time."""
        lists = []
        for users in np.array_split(self.users, max(1, len(self.users) // 256)):
            rated = self.rated[users]
            scores = np.array(scores_of(rated), dtype=np.float32)
            scores[rated.nonzero()] = -np.inf
            lists.extend(np.argsort(-scores, axis=1, kind="stable")[:, :LENGTH])
        self.show(name, lists)

    def by_model(self, name, model, matrix):
        """Ranks by a model of implicit."""
        model.fit(matrix, show_progress=False)
        ranked, _ = model.recommend(self.users, matrix[self.users], N=LENGTH, filter_already_liked_items=True)
        self.show(name, ranked)


def ease(rated, ridge):
    """The weights of EASE (Steck, WWW 2019)."""
    gram = (rated.T @ rated).toarray()
    gram[np.diag_indices_from(gram)] += ridge
    inverse = np.linalg.inv(gram)
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def lists_of(path, split):
    """The lists in a file of `likemind recommend`, in the order of the split's users."""
    lists = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lists.setdefault(row["user"], []).append(split.item_ids.get(row["item"]))
    users = list(split.user_ids)
    return [lists.get(users[user], [])[:LENGTH] for user in split.users]


def main(split):
    popularity = np.asarray(split.rated.sum(0)).ravel()
    split.by_scores("popularity", lambda rated: np.tile(popularity, (rated.shape[0], 1)))
    matrices = {"ratings": split.ratings, "logarithms": split.logarithms, "0/1": split.rated}
    for values, matrix in matrices.items():
        for k in (20, 50, 200):
            for k1, b in ((1.2, 0.75), (100, 0.8)):
                split.by_model(f"implicit BM25 of {values}, K {k}, K1 {k1}", BM25Recommender(K=k, K1=k1, B=b), matrix)
            split.by_model(f"implicit cosine of {values}, K {k}", CosineRecommender(K=k), matrix)
    for factors in (16, 32, 64):
        for regularization in (0.01, 0.1):
            for alpha in (1, 10):
                model = AlternatingLeastSquares(
                    factors=factors, regularization=regularization, alpha=alpha, iterations=20, random_state=0
                )
                name = f"implicit ALS of 0/1, {factors} factors, λ {regularization}, α {alpha}"
                split.by_model(name, model, split.rated)
    for ridge in (100, 200, 500, 1000):
        weights = ease(split.rated, ridge)
        split.by_scores(f"EASE, λ {ridge}", lambda rated: rated @ weights)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--liked", type=float, default=-np.inf)
    parser.add_argument("--lists")
    options = parser.parse_args()
    split = Split(options.train, options.test, options.liked)
    if options.lists:
        split.show(options.lists, lists_of(options.lists, split))
    else:
        main(split)
