/// Virtqueues, the mmio transport and the virtio devices.
@org.jspecify.annotations.NullMarked
module fcvm.virtio {
  requires static org.jspecify;
  requires transitive fcvm.linux;

  exports fcvm.virtio;
}
