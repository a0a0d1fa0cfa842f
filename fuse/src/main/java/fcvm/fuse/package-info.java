/// FUSE, the protocol in which Linux lets somebody else be its file system
/// (`include/uapi/linux/fuse.h`), and directories of this computer served in it.
///
/// Start with [fcvm.fuse.FuseServer]: it decodes a [fcvm.fuse.FuseMessage], one line per opcode,
/// calls a [fcvm.fuse.FileSystem] and encodes the answer. [fcvm.fuse.Passthrough] is a directory of
/// the host as file system; [fcvm.fuse.ReadOnly] and [fcvm.fuse.Selection] stand in front of one
/// and refuse. The structures of the protocol are quoted where they are decoded: in `NameRequests`
/// and its siblings.
///
/// The bytes of a request are a guest's and may be anything. They are copied once into a `Request`,
/// which hands out what it has checked; what is wrong is a [fcvm.fuse.FuseException], whose number
/// is the answer. Data of reads and writes is not copied at all: it moves between the host's file
/// and the guest's memory.
package fcvm.fuse;
