/** `cov.*`, `corr.*`, `dcc.*`, and the tables of ../shared/data on shrinkage and nearest correlation, through `lab` as callers have it. */
import type { CorrelationOptions, Estimator, Returns } from "../../../bindings/lab/correlation-types.ts";
import { lab } from "../../calibration/lab.ts";
import { named, type Adapter } from "../adapter.ts";
import { Malformed, type Input } from "../input.ts";

const letters = (n: number) => Array.from({ length: n }, (_, i) => `column ${i}`);
const matrixOf = (inputs: Input, key: string) => inputs.list(key).map((row) => row.numbers());

/** The returns of a case, or those of its columns that it names. */
function returnsOf(inputs: Input): Returns {
  const rows = inputs.list("returns").map((row) => row.numbers());
  const picked = inputs.has("columns") ? inputs.numbers("columns") : undefined;
  const chosen = picked === undefined ? rows : rows.map((row) => picked.map((c) => row[c]!));
  return { names: letters(chosen[0]?.length ?? 0), rows: chosen };
}

/** `cov.*`: the second part of the id is the estimator. */
function covariance(shape: string, estimator: Estimator): Adapter {
  return {
    family: shape,
    knows: named(shape),
    run: (inputs) => {
      const fit = lab.calibrate.correlation(returnsOf(inputs), { estimator });
      return {
        got: {
          covariance: fit.covariance,
          correlation: fit.correlation,
          shrinkage: fit.parameters.shrinkage,
          eigenvalues: lab.correlation.eigenvalues(fit.covariance),
        },
      };
    },
  };
}

/** A set of returns that other cases name as theirs. */
const dataset: Adapter = {
  family: "data.returns",
  knows: ({ name, has }) => name.startsWith("data.") && has("returns"),
  run: (inputs) => {
    const { rows, names, mean } = lab.calibrate.correlation(returnsOf(inputs), { estimator: "sample" });
    return { got: { rows, cols: names.length, columnMeans: mean } };
  },
};

const ewma: Adapter = {
  family: "cov.ewma",
  knows: named("cov.ewma"),
  run: (inputs) => {
    const options: CorrelationOptions = { estimator: "ewma", lambda: inputs.num("lambda") };
    const { covariance, correlation } = lab.calibrate.correlation(returnsOf(inputs), options);
    return {
      got: {
        covariance,
        correlation,
        var: covariance.map((row, i) => row[i]),
        cov: covariance[0]![1],
        corr: correlation[0]![1],
      },
    };
  },
};

const dcc: Adapter = {
  family: "dcc.recursion",
  knows: named("dcc.recursion"),
  run: (inputs) => {
    const returns = returnsOf(inputs);
    const garch = inputs.list("garch").map((one) => ({
      omega: one.num("omega"),
      alpha: one.num("alpha"),
      beta: one.num("beta"),
    }));
    const pair = [returns.names[0]!, returns.names[1]!] as const;
    const options = { garch, a: inputs.num("a"), b: inputs.num("b") };
    const engle = lab.correlation.path(returns, pair, { ...options, estimator: "dcc" });
    // the case keeps Q̄ for both
    const aielli = lab.correlation.path(returns, pair, { ...options, estimator: "cdcc", target: engle.target });
    return {
      got: {
        Qbar: engle.target,
        rhoFirst5: engle.rho.slice(0, 5),
        rhoLast: engle.rho.at(-1),
        rhoForecast: engle.forecast[0]![1],
        correlationLogLikelihood: engle.parameters.logLikelihood,
        cdccRhoLast: aielli.rho.at(-1),
        varianceForecast: engle.variance,
      },
    };
  },
};

const stress: Adapter = {
  family: "corr.stress",
  knows: named("corr.stress"),
  run: (inputs) => {
    const [matrix, gamma] = [matrixOf(inputs, "matrix"), inputs.num("gamma")];
    const { stress } = lab.correlation;
    return {
      got: {
        up: stress.up(matrix, inputs.numbers("exposure"), gamma).matrix,
        breakDown: stress.breakDown(matrix, gamma).matrix,
        high: stress.high(matrix).matrix,
        low: stress.low(matrix).matrix,
      },
    };
  },
};

const rank: Adapter = {
  family: "corr.rank",
  knows: named("corr.rank"),
  run: (inputs) => {
    const { rows } = returnsOf(inputs);
    return {
      got: lab.correlation.rank(
        rows.map((row) => row[0]!),
        rows.map((row) => row[1]!),
      ),
    };
  },
};

const cholesky: Adapter = {
  family: "corr.cholesky",
  knows: named("corr.cholesky"),
  run: (inputs) => {
    const R = matrixOf(inputs, "R");
    const { factor, logDeterminant } = lab.correlation.cholesky(R);
    return { got: { L: factor, eigenvalues: lab.correlation.eigenvalues(R), logDet: logDeterminant } };
  },
};

const nearest: Adapter = {
  family: "corr.higham",
  knows: named("corr.higham"),
  run: (inputs) => {
    const { matrix, distance } = lab.correlation.nearest(matrixOf(inputs, "matrix"));
    return {
      got: {
        nearest: matrix,
        frobeniusDistance: distance,
        published: { r12: matrix[0]![1], r13: matrix[0]![2], distance },
      },
      // as printed
      bounds: { published: { printed: true } },
    };
  },
};

const repair: Adapter = {
  family: "corr.repair",
  knows: named("corr.repair"),
  run: (inputs) => {
    const matrix = matrixOf(inputs, "matrix");
    const higham = lab.correlation.nearest(matrix);
    const spectral = lab.correlation.spectral(matrix);
    const shrunk = lab.correlation.shrink(matrix);
    const eigenvalues = lab.correlation.eigenvalues(matrix);
    return {
      got: {
        eigenvalues,
        nearest: higham.matrix,
        nearestDistance: higham.distance,
        spectral: spectral.matrix,
        spectralDistance: spectral.distance,
        shrinkToIdentityAlpha: shrunk.alpha,
        shrinkClosedForm: "-lambdaMin/(1-lambdaMin)",
        shrinkDistance: shrunk.distance,
        // ‖A − X‖ ≥ |λ_min| for every X that is positive semidefinite
        lowerBoundOnDistance: Math.max(0, -eigenvalues[0]!),
      },
    };
  },
};

const feasible: Adapter = {
  family: "corr.feasible-interval",
  knows: named("corr.feasible-interval"),
  run: (inputs) => ({
    got: {
      r13: inputs.list("pairs").map((pair) => {
        const [a, b] = [pair.num("r12"), pair.num("r23")];
        return lab.correlation.feasibleInterval(
          [
            [1, a, 0],
            [a, 1, b],
            [0, b, 1],
          ],
          0,
          2,
        );
      }),
    },
  }),
};

const equicorrelation: Adapter = {
  family: "corr.equicorrelation",
  knows: named("corr.equicorrelation"),
  run: (inputs) => {
    const all = inputs.numbers("rho").map((rho) => lab.correlation.equicorrelation(inputs.num("n"), rho));
    return {
      got: {
        lambdaCommon: all.map(({ common }) => common),
        lambdaOther: all.map(({ other }) => other),
        psd: all.map(({ isPossible }) => isPossible),
      },
    };
  },
};

/** By the name in ref_covariance_shrinkage.json. */
const BY_REFERENCE: Record<string, Estimator> = {
  sample_ddof1: "sample",
  cov1Para: "one-parameter",
  cov2Para: "two-parameter",
  covCor: "constant-correlation",
  covDiag: "diagonal",
  covMarket: "market",
  GIS: "gis",
  LIS: "lis",
  QIS: "qis",
  sklearn_ledoit_wolf: "ledoit-wolf",
  sklearn_oas: "oas",
};

const shrinkage: Adapter = {
  family: "covariance shrinkage",
  knows: named("covariance shrinkage"),
  run: (inputs) => {
    const name = inputs.at("estimator").text;
    const estimator = BY_REFERENCE[name];
    if (estimator === undefined) throw new Malformed(`inputs.estimator: no estimator "${name}"`);
    const { covariance, parameters } = lab.calibrate.correlation(returnsOf(inputs), { estimator });
    const values = lab.correlation.eigenvalues(covariance);
    return {
      got: {
        shrinkage: parameters.shrinkage,
        trace: covariance.reduce((sum, row, i) => sum + row[i]!, 0),
        frobenius: Math.sqrt(covariance.flat().reduce((sum, x) => sum + x * x, 0)),
        eig_min: values[0],
        eig_max: values.at(-1),
        c00: covariance[0]![0],
        c01: covariance[0]![1],
        c_last_0: covariance.at(-1)![0],
        matrix: covariance,
      },
    };
  },
};

const nearestTable: Adapter = {
  family: "nearest correlation",
  knows: named("nearest correlation"),
  run: (inputs) => {
    const given = matrixOf(inputs, "A");
    const { matrix, distance } = lab.correlation.nearest(given);
    return {
      got: {
        min_eig_input: lab.correlation.eigenvalues(given)[0],
        frobenius_distance: distance,
        nearest: matrix,
        diagonal: matrix.every((row, i) => row[i] === 1),
        symmetric: matrix.every((row, i) => row.every((x, j) => x === matrix[j]![i])),
        negative: Math.min(0, lab.correlation.eigenvalues(matrix)[0]!),
      },
    };
  },
};

export const correlation: Adapter[] = [
  dataset,
  covariance("cov.sample", "sample"),
  covariance("cov.ledoit-wolf", "ledoit-wolf"),
  covariance("cov.oas", "oas"),
  covariance("cov.qis", "qis"),
  covariance("cov.constant-correlation", "constant-correlation"),
  covariance("cov.one-parameter", "one-parameter"),
  covariance("cov.two-parameter", "two-parameter"),
  covariance("cov.diagonal", "diagonal"),
  covariance("cov.market", "market"),
  covariance("cov.gis", "gis"),
  covariance("cov.lis", "lis"),
  ewma,
  dcc,
  rank,
  cholesky,
  nearest,
  repair,
  feasible,
  equicorrelation,
  stress,
  shrinkage,
  nearestTable,
];
