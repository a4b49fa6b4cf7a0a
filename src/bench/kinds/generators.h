// How samples of each kind are made. A generator fills the rows and then the queries; `amount` is
// what its comment says. The same seed gives the same sample.
#pragma once

#include "bench/gaussian.h"
#include "bench/kinds/sample.h"

namespace vx::bench::generators {

// ---- clouds.cpp: points of one distribution

/// Independent elements of spread 1, around `amount`.
void normal(Sample& sample, Gaussian& random, double amount);
/// The same, times `amount`.
void scaled(Sample& sample, Gaussian& random, double amount);
/// Element d of row i is sin(i (1 + 0.37 d)): one line, wound around; queries are between rows.
void sine(Sample& sample, Gaussian& random, double amount);
/// A smooth surface of `amount` dimensions.
void manifold(Sample& sample, Gaussian& random, double amount);
/// Frames of films: each a little further than the one before, a new scene every two hundred.
void frames(Sample& sample, Gaussian& random, double amount);
/// Element i has the spread i^-`amount`.
void spectrum(Sample& sample, Gaussian& random, double amount);
/// Spreads from 1e-3 to 1e3, in no order.
void mixed_scales(Sample& sample, Gaussian& random, double amount);
/// `amount` directions that matter, and a tenth of noise in all.
void low_rank(Sample& sample, Gaussian& random, double amount);
/// Like text embeddings, see SyntheticOptions.
void embeddings(Sample& sample, Gaussian& random, double amount);
/// Unit vectors whose first elements matter most, so that a prefix serves instead.
void matryoshka(Sample& sample, Gaussian& random, double amount);
/// Elements of Student's t with two degrees of freedom.
void student(Sample& sample, Gaussian& random, double amount);
/// Vectors whose lengths follow it instead.
void student_vectors(Sample& sample, Gaussian& random, double amount);
/// Of rank 16, lengths e^(`amount` x normal).
void lognormal_lengths(Sample& sample, Gaussian& random, double amount);
/// Elements between 0 and 1.
void cube(Sample& sample, Gaussian& random, double amount);
/// Elements below 0 are 0, as behind a layer of a network.
void rectified(Sample& sample, Gaussian& random, double amount);
/// Time series: sums of steps.
void walks(Sample& sample, Gaussian& random, double amount);
/// Pictures, as wide as high, of three soft spots.
void spots(Sample& sample, Gaussian& random, double amount);

// ---- groups.cpp: points that belong together, and queries that do not

/// Twenty to forty near-copies of each original; noise is `amount` of the original's length.
void near_copies(Sample& sample, Gaussian& random, double amount);
/// Five hundred of each.
void large_groups(Sample& sample, Gaussian& random, double amount);
/// The same vector `amount` times.
void duplicates(Sample& sample, Gaussian& random, double amount);
/// `amount` clusters, a fifth as wide as their distances.
void clusters(Sample& sample, Gaussian& random, double amount);
/// The same, loaded cluster by cluster.
void sorted_clusters(Sample& sample, Gaussian& random, double amount);
/// `amount` clusters whose spreads go from 1e-3 to 1.
void uneven_clusters(Sample& sample, Gaussian& random, double amount);
/// Normal, loaded by the first element.
void sorted_rows(Sample& sample, Gaussian& random, double amount);
/// Two clouds, `amount` apart in each element.
void far_halves(Sample& sample, Gaussian& random, double amount);
/// One row of a hundred is `amount` times as long.
void outliers(Sample& sample, Gaussian& random, double amount);
/// Of rank 16 with noise, but for one row with an element of `amount`.
void one_extreme(Sample& sample, Gaussian& random, double amount);
/// Queries lie elsewhere and vary otherwise than rows, as when a text asks for images.
void other_queries(Sample& sample, Gaussian& random, double amount);
/// Embeddings; each query is moved off by `amount` times their spread.
void moved_embeddings(Sample& sample, Gaussian& random, double amount);
/// Spreads 1/sqrt(i), moved in the same way.
void moved_spectrum(Sample& sample, Gaussian& random, double amount);

// ---- discrete.cpp: counts, bits and zeros

/// Documents of a hundred topics and Zipf's words: 1 to 5 % are not zero. `amount` 1: scaled to
/// length 1.
void word_weights(Sample& sample, Gaussian& random, double amount);
/// 5 to 30 normal elements, the others 0.
void few_elements(Sample& sample, Gaussian& random, double amount);
/// Bits: families of fifty that differ in a few; `amount` is the share of those set.
void fingerprints(Sample& sample, Gaussian& random, double amount);
/// Independent bits, half of them set.
void random_bits(Sample& sample, Gaussian& random, double amount);
/// Fields of twenty values, a 1 for the one that a row has.
void one_hot(Sample& sample, Gaussian& random, double amount);
/// Shares that add up to 1.
void histograms(Sample& sample, Gaussian& random, double amount);
/// Histograms of gradients, as SIFT writes them: whole numbers from 0 to 218.
void gradients(Sample& sample, Gaussian& random, double amount);
/// Whole numbers below `amount`: many distances are equal.
void grid(Sample& sample, Gaussian& random, double amount);
/// 1 or -1 by the sign of an embedding's element.
void signs(Sample& sample, Gaussian& random, double amount);
/// Embeddings in whole numbers from -127 to 127.
void bytes(Sample& sample, Gaussian& random, double amount);

}  // namespace vx::bench::generators
