/// The network device (virtio 1.3, section 5.1). Start with [fcvm.virtio.net.Net], the card;
/// [fcvm.virtio.net.ActiveNet] moves its packets between the driver's queues and a
/// [fcvm.virtio.net.NetBackend]: a tap of the host ([fcvm.virtio.net.TapBackend]) or a stream
/// socket such as passt's ([fcvm.virtio.net.StreamBackend]).
package fcvm.virtio.net;
