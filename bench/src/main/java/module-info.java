/// Benchmarks beside a peer.
@org.jspecify.annotations.NullMarked
module fcvm.bench {
  requires static org.jspecify;
  requires transitive fcvm.container;

  exports fcvm.bench;
}
