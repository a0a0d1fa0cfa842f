/// The host side of a container in a microVM.
@org.jspecify.annotations.NullMarked
module fcvm.container {
  requires static org.jspecify;
  requires transitive fcvm.vmm;
  requires transitive fcvm.agent;
  requires transitive fcvm.provision;
  requires transitive tools.jackson.core;

  exports fcvm.container;
  exports fcvm.container.inception;
  exports fcvm.container.net;
}
