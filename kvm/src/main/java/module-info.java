/// KVM's four ioctl classes.
@org.jspecify.annotations.NullMarked
module fcvm.kvm {
  requires static org.jspecify;
  requires transitive fcvm.linux;

  exports fcvm.kvm;
  exports fcvm.kvm.aarch64;
  exports fcvm.kvm.x86_64;
}
