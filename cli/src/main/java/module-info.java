/// The command line.
@org.jspecify.annotations.NullMarked
module fcvm.cli {
  requires static org.jspecify;
  requires transitive fcvm.bench;
  requires transitive fcvm.container;
  requires transitive fcvm.machine;
  requires info.picocli;
  // sun.misc.Signal: the only way to hear of signals from Java.
  requires jdk.unsupported;
}
