/// The entropy device (virtio 1.3, section 5.4): [fcvm.virtio.rng.Rng].
package fcvm.virtio.rng;
