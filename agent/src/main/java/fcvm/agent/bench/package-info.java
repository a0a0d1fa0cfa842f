/// What a guest does to measure file systems, and how it says what came out.
///
/// Start with [fcvm.agent.bench.Bench]: it does the `Workload` of each [fcvm.agent.bench.Row] in
/// each [fcvm.agent.bench.Place], round by round, and prints a line for each
/// [fcvm.agent.bench.Measurement]. The host reads those from the guest's console.
package fcvm.agent.bench;
