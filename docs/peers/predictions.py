"""Predicts held-out ratings by algorithms of Surprise, and by a Bayesian factorisation machine (myFM).

    pip install -r requirements.txt
    python predictions.py TRAIN TEST [TRAIN TEST ...]

The files have a user, an item and a rating in each row, separated by commas, tabs or `::`, with or without a header:
those of MovieLens, and those that `likemind evaluate --write-split FOLDER` writes. Prints RMSE and MAE, the means
over the pairs of files. All parameters are the libraries' defaults, or those which they recommend; nothing is chosen
on the test ratings.
"""

import os
import re
import sys
import time
import warnings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
warnings.filterwarnings("ignore")

import myfm
import numpy as np
import scipy.sparse as sp
import surprise


def read(path):
    """Reads ratings as (user, item, rating)."""
    with open(path, encoding="utf-8") as file:
        rows = [re.split("::|[,\t]", line.rstrip("\r\n"))[:3] for line in file]
    try:
        float(rows[0][2])
    except ValueError:
        rows = rows[1:]
    return [(user, item, float(rating)) for user, item, rating in rows]


def neighbours(algorithm, measure, user_based):
    """An algorithm of Surprise with neighbours by a measure."""
    similarity = {"name": measure, "user_based": user_based}
    return lambda train, test: predicted_by_surprise(algorithm(sim_options=similarity, verbose=False), train, test)


def factors(algorithm):
    """An algorithm of Surprise with random starting values."""
    return lambda train, test: predicted_by_surprise(algorithm(random_state=0), train, test)


def predicted_by_surprise(algorithm, train, test):
    ratings = [rating for _, _, rating in train]
    reader = surprise.Reader(rating_scale=(min(ratings), max(ratings)))
    data = surprise.Dataset(reader)
    algorithm.fit(data.construct_trainset([(*row, None) for row in train]))
    return [found.est for found in algorithm.test(test)]


def factorisation_machine(rank, rounds):
    """A regression by myFM on nothing but the ids, by Gibbs sampling."""

    def predicted(train, test):
        users = {user: index for index, user in enumerate(dict.fromkeys(user for user, _, _ in train))}
        items = {item: len(users) + index for index, item in enumerate(dict.fromkeys(item for _, item, _ in train))}
        width = len(users) + len(items)

        def encoded(rows):
            found = [
                (row, column)
                for row, (user, item, _) in enumerate(rows)
                for column in (users.get(user), items.get(item))
                if column is not None
            ]
            row, column = np.array(found).T
            return sp.csr_matrix((np.ones(len(found)), (row, column)), (len(rows), width))

        ratings = np.array([rating for _, _, rating in train])
        model = myfm.MyFMRegressor(rank=rank, random_seed=0)
        model.fit(encoded(train), ratings, n_iter=rounds, group_shapes=[len(users), len(items)])
        return np.clip(model.predict(encoded(test)), ratings.min(), ratings.max())

    return predicted


ALGORITHMS = {
    "Surprise BaselineOnly": lambda *data: predicted_by_surprise(surprise.BaselineOnly(verbose=False), *data),
    "Surprise KNNBasic, msd, users": neighbours(surprise.KNNBasic, "msd", True),
    "Surprise KNNWithMeans, pearson, users": neighbours(surprise.KNNWithMeans, "pearson", True),
    "Surprise KNNBaseline, msd, users": neighbours(surprise.KNNBaseline, "msd", True),
    "Surprise KNNBaseline, pearson_baseline, users": neighbours(surprise.KNNBaseline, "pearson_baseline", True),
    "Surprise KNNBaseline, pearson_baseline, items": neighbours(surprise.KNNBaseline, "pearson_baseline", False),
    "Surprise SlopeOne": lambda *data: predicted_by_surprise(surprise.SlopeOne(), *data),
    "Surprise CoClustering": factors(surprise.CoClustering),
    "Surprise NMF": factors(surprise.NMF),
    "Surprise SVD": factors(surprise.SVD),
    "Surprise SVD++": factors(surprise.SVDpp),
    "myFM, rank 16, 200 rounds": factorisation_machine(16, 200),
}


def main(paths):
    pairs = [(read(train), read(test)) for train, test in zip(paths[::2], paths[1::2])]
    for name, predicted in ALGORITHMS.items():
        started, errors = time.monotonic(), []
        for train, test in pairs:
            error = np.array(predicted(train, test)) - [rating for _, _, rating in test]
            errors.append((np.sqrt((error**2).mean()), abs(error).mean()))
        rmse, mae = np.mean(errors, axis=0)
        seconds = (time.monotonic() - started) / len(pairs)
        print(f"{name:46} rmse {rmse:.4f}  mae {mae:.4f}  {seconds:6.1f} s a pair", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
