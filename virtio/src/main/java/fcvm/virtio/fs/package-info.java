/// The file system device (virtio 1.3, section 5.11): a directory of the host in the guest, over
/// FUSE.
///
/// Start with [fcvm.virtio.fs.Fs]. [fcvm.virtio.fs.ActiveFs] takes requests from the queues and
/// hands them to workers, which let a [fcvm.fuse.FuseServer] answer them in the guest's memory.
package fcvm.virtio.fs;
