/// The file system device (virtio 1.3, section 5.11): a directory of the host in the guest, over
/// FUSE.
///
/// Start with [fcvm.virtio.fs.Fs]. Each queue has threads of its own, [fcvm.virtio.fs.FsQueue],
/// which take requests and let a [fcvm.fuse.FuseServer] answer them in the guest's memory.
/// [fcvm.virtio.fs.Rehearsal] drives all of it without a guest, for training runs.
package fcvm.virtio.fs;
