package fcvm.virtio;

/// A request that a driver made available: what the device may read and what it may write.
///
/// The descriptors were copied and checked when [Virtqueue#next] walked them; nothing that the
/// driver changes afterwards moves these buffers.
///
/// @param head index of the first descriptor, by which the chain is given back
/// @param readable device-readable bytes
/// @param writable device-writable bytes; they follow the readable ones
public record DescriptorChain(int head, Buffers readable, Buffers writable) {}
