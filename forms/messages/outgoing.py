"""What is said about mistakes with outgoing papers, their numbers and their signers."""

from forms.messages.message import Message

OUTGOING_MESSAGES = {
    "dated_too_early": Message(
        "Ngày {found} ở trước ngày {first}: ngày ký hoặc ngày của số liền trước trong sổ."
        " Ghi ngày từ {first} trở đi.",
        "The day {found} comes before {first}: the signature, or the number before it in"
        " the register. Give {first} or a later day.",
        ("found", "first"),
    ),
    "number_given_before": Message(
        "Số {last} đã có trong sổ, không ghi lại được số {found}. Ghi số lớn hơn {last}.",
        "The register already goes to {last}; {found} cannot be recorded again. Give a"
        " number above {last}.",
        ("last", "found"),
    ),
    "not_a_symbol": Message(
        "“{found}” không phải ký hiệu cơ quan. Viết chữ in hoa, ví dụ UBND.",
        "“{found}” is no symbol of an office. Write capitals with hyphens, for example UBND.",
        ("found",),
    ),
    "not_in_this_capacity": Message(
        "Người giữ chức vụ “{title}” không ký theo thể thức này: cấp phó của người đứng đầu ký"
        " thay (KT.), người khác ký thừa lệnh (TL.) hoặc thừa ủy quyền (TUQ.).",
        "Who is “{title}” does not sign in this capacity: a deputy of the head signs for the"
        " head (KT.), others by order (TL.) or with an authorisation (TUQ.).",
        ("title",),
    ),
    "not_handed_on": Message(
        "Văn bản loại {types} chỉ do người đứng đầu hoặc cấp phó ký. Bỏ chọn loại này.",
        "Papers of type {types} are signed by the head or a deputy alone. Leave them out.",
        ("types",),
    ),
    "limited_in_time": Message(
        "Ký thừa ủy quyền phải có thời hạn. Ghi ngày kết thúc theo giấy ủy quyền.",
        "An authorisation to sign is limited in time. Give its last day, as the paper says.",
    ),
    "ended_before": Message(
        "Việc này đã kết thúc từ ngày {ended}. Chỉ ghi được ngày sớm hơn.",
        "It has ended on {ended}. Only an earlier day can be given.",
        ("ended",),
    ),
    "on_another_paper": Message(
        "Có hồ sơ nằm trong dự thảo quyết định khác. Bỏ chọn hồ sơ đó, hoặc bỏ dự thảo kia.",
        "One of them stands on another draft. Leave it out, or drop that draft.",
    ),
    "not_alike": Message(
        "Các hồ sơ khác nhau về hình thức khen thưởng, đợt khen thưởng hoặc cấp quyết định."
        " Chọn các hồ sơ cùng loại cho một quyết định.",
        "They differ in award, round or deciding level. Choose cases of one kind for one"
        " decision.",
    ),
    "against_advice": Message(
        "Hội đồng không đề nghị khen thưởng hồ sơ {references}. Quyết định khác với ý kiến Hội"
        " đồng phải ghi lý do: xử lý riêng tại hồ sơ đó.",
        "The council did not propose {references}. To decide otherwise wants a reason: decide"
        " on its own page.",
        ("references",),
    ),
}
