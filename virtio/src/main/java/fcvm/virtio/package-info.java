/// Virtqueues, the transports and what every virtio device has in common (virtio 1.3).
///
/// Start with [fcvm.virtio.Transport]: the registers through which a driver agrees with a device on
/// features, hands over its queues and resets it; [fcvm.virtio.PciTransport] and
/// [fcvm.virtio.MmioTransport] are where they can be. Behind it stands a
/// [fcvm.virtio.VirtioDevice], which has no access to memory until the driver is ready; then it
/// receives an [fcvm.virtio.Activation] and becomes an [fcvm.virtio.ActiveDevice].
///
/// An active device takes a [fcvm.virtio.DescriptorChain] from a [fcvm.virtio.Virtqueue], reads and
/// writes its [fcvm.virtio.Buffers], which are slices of [fcvm.virtio.GuestMemory], and gives it
/// back. Whatever a hostile driver puts there ends as a [fcvm.virtio.DeviceFault], a value: the
/// device then waits for its reset. The devices are in packages below this one.
///
/// Threads: registers are accessed by vCPU threads, queues are served by an event loop or by
/// threads of the device. One lock per transport orders them.
package fcvm.virtio;
