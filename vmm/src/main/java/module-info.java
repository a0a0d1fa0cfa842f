/// A microVM.
@org.jspecify.annotations.NullMarked
module fcvm.vmm {
  requires static org.jspecify;
  requires transitive fcvm.kvm;
  requires transitive fcvm.virtio;

  exports fcvm.vmm;
}
