/* eval_stats.c: see eval_stats.h. */
#include "assure/eval_stats.h"

#include <math.h>
#include <stdbool.h>

#define Z 1.959963984540054

void eval_wilson(uint64_t hits, uint64_t n, struct eval_interval *ret_interval)
{
	if (n == 0) {
		*ret_interval = (struct eval_interval){ 0, 1 };
		return;
	}
	double count = (double)n, p = (double)hits / count, z2 = Z * Z;
	double centre = (p + z2 / (2 * count)) / (1 + z2 / count);
	double half = Z * sqrt(p * (1 - p) / count + z2 / (4 * count * count)) / (1 + z2 / count);
	ret_interval->low = hits == 0 ? 0 : centre - half;
	ret_interval->high = hits == n ? 1 : centre + half;
}

/* A k x k table's sums: shares of the rows and columns, in the table's own units. */
static double total(const uint64_t *table, size_t k)
{
	double n = 0;
	for (size_t i = 0; i < k * k; i++)
		n += (double)table[i];
	return n;
}

static double row_share(const uint64_t *table, size_t k, size_t row, double n)
{
	double sum = 0;
	for (size_t j = 0; j < k; j++)
		sum += (double)table[row * k + j];
	return sum / n;
}

static double column_share(const uint64_t *table, size_t k, size_t column, double n)
{
	double sum = 0;
	for (size_t i = 0; i < k; i++)
		sum += (double)table[i * k + column];
	return sum / n;
}

/* How much of full agreement a cell is worth. */
static double worth(size_t i, size_t j, size_t k)
{
	double apart = (double)i - (double)j, span = (double)(k - 1);
	return 1 - apart * apart / (span * span);
}

/* Weighted agreement seen, and by chance alone. */
static bool agreement(const uint64_t *table, size_t k, double n, double *ret_seen, double *ret_chance)
{
	double apart = 0;
	*ret_seen = *ret_chance = 0;
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			double chance = row_share(table, k, i, n) * column_share(table, k, j, n);
			*ret_seen += worth(i, j, k) * (double)table[i * k + j] / n;
			*ret_chance += worth(i, j, k) * chance;
			apart += i == j ? 0 : chance;
		}
	return apart > 0;
}

double eval_kappa(const uint64_t *table, size_t k)
{
	double n = total(table, k), seen, chance;
	if (n == 0 || !agreement(table, k, n, &seen, &chance))
		return NAN;
	return (seen - chance) / (1 - chance);
}

void eval_kappa_interval(const uint64_t *table, size_t k, struct eval_interval *ret_interval)
{
	double n = total(table, k), seen, chance, sum = 0;
	*ret_interval = (struct eval_interval){ NAN, NAN };
	if (n == 0 || !agreement(table, k, n, &seen, &chance))
		return;
	double kappa = (seen - chance) / (1 - chance);
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			double row = 0, column = 0; /* mean worth of the row's and of the column's cells by the other's margins */
			for (size_t m = 0; m < k; m++) {
				row += worth(i, m, k) * column_share(table, k, m, n);
				column += worth(m, j, k) * row_share(table, k, m, n);
			}
			double term = worth(i, j, k) - (row + column) * (1 - kappa);
			sum += (double)table[i * k + j] / n * term * term;
		}
	double lost = kappa - chance * (1 - kappa), variance = (sum - lost * lost) / (n * (1 - chance) * (1 - chance));
	double half = variance > 0 ? Z * sqrt(variance) : 0;
	*ret_interval = (struct eval_interval){ fmax(-1, kappa - half), fmin(1, kappa + half) };
}

double eval_mcnemar(uint64_t a, uint64_t b)
{
	uint64_t n = a + b, least = a < b ? a : b;
	if (n == 0)
		return 1;
	if (n >= EVAL_EXACT_MAX) {
		double apart = fabs((double)a - (double)b) - 1;
		return apart <= 0 ? 1 : erfc(sqrt(apart * apart / (double)n / 2));
	}
	double term = ldexp(1, -(int)n), sum = 0; /* the binomial's tail, term by term: exact below 2^53 */
	for (uint64_t i = 0; i <= least; i++) {
		sum += term;
		term = term * (double)(n - i) / (double)(i + 1);
	}
	return fmin(1, 2 * sum);
}

double eval_predictive(double recall, double false_positives, double prevalence)
{
	double flagged = recall * prevalence + false_positives * (1 - prevalence);
	return flagged > 0 ? recall * prevalence / flagged : NAN;
}

void eval_auc(const uint64_t *positives, const uint64_t *negatives, size_t scores, double *ret_auc, struct eval_interval *ret_interval)
{
	double p = 0, n = 0, pairs = 0;
	for (size_t i = 0; i < scores; i++) { /* n: negatives below this score */
		pairs += (double)positives[i] * (n + (double)negatives[i] / 2);
		p += (double)positives[i];
		n += (double)negatives[i];
	}
	*ret_auc = NAN;
	*ret_interval = (struct eval_interval){ NAN, NAN };
	if (p == 0 || n == 0)
		return;
	double area = pairs / (p * n), q1 = area / (2 - area), q2 = 2 * area * area / (1 + area);
	double variance = (area * (1 - area) + (p - 1) * (q1 - area * area) + (n - 1) * (q2 - area * area)) / (p * n);
	double half = variance > 0 ? Z * sqrt(variance) : 0;
	*ret_auc = area;
	*ret_interval = (struct eval_interval){ fmax(0, area - half), fmin(1, area + half) };
}
