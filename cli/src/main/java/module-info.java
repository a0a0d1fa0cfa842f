/// The command line.
@org.jspecify.annotations.NullMarked
module fcvm.cli {
  requires static org.jspecify;
  requires transitive fcvm.container;
  requires transitive fcvm.machine;
}
