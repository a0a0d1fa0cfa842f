/// The host side of a container in a microVM.
@org.jspecify.annotations.NullMarked
module fcvm.container {
  requires static org.jspecify;
  requires transitive fcvm.vmm;
  requires transitive fcvm.agent;
  requires transitive fcvm.provision;
  requires transitive tools.jackson.core;
  requires tools.jackson.jr.ob;

  exports fcvm.container;
  exports fcvm.container.copy;
  exports fcvm.container.image;
  exports fcvm.container.inception;
  exports fcvm.container.life;
  exports fcvm.container.net;
}
