/// The emulated machine.
@org.jspecify.annotations.NullMarked
module fcvm.machine {
  requires static org.jspecify;
  requires transitive fcvm.agent;
  requires transitive fcvm.provision;

  exports fcvm.machine;
}
