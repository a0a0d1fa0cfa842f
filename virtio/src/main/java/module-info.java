/// Virtqueues, the mmio transport and the virtio devices.
@org.jspecify.annotations.NullMarked
module fcvm.virtio {
  requires static transitive org.jspecify;
  requires transitive fcvm.fuse;
  requires transitive fcvm.linux;

  exports fcvm.virtio;
  exports fcvm.virtio.blk;
  exports fcvm.virtio.fs;
  exports fcvm.virtio.net;
  exports fcvm.virtio.rng;
  exports fcvm.virtio.vsock;
}
