/// The emulated machine.
@org.jspecify.annotations.NullMarked
module fcvm.machine {
  requires static org.jspecify;
  requires transitive fcvm.agent;
  requires transitive fcvm.provision;
  requires tools.jackson.jr.ob;

  exports fcvm.machine;
}
