/// The block device (virtio 1.3, section 5.2). Start with [fcvm.virtio.blk.Block], a disk in a file
/// of the host; [fcvm.virtio.blk.BlockQueue] serves its requests.
package fcvm.virtio.blk;
