/// A microVM: the monitor, on KVM.
@org.jspecify.annotations.NullMarked
module fcvm.vmm {
  requires static org.jspecify;
  requires transitive fcvm.fuse;
  requires transitive fcvm.kvm;
  requires transitive fcvm.virtio;
  requires tools.jackson.core;
  requires tools.jackson.jr.ob;

  exports fcvm.vmm;
}
