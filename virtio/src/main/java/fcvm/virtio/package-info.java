/// Virtqueues, the mmio transport and the virtio devices.
package fcvm.virtio;
