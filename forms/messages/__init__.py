"""What a form says about a mistake: a code for programs, a sentence for people.

A code is a name with its values, ``too_long|8000|8001``. Each sentence says what was
found, what is expected and what to do.
"""

from forms.messages.certificates import CERTIFICATE_MESSAGES
from forms.messages.council import COUNCIL_MESSAGES
from forms.messages.delegations import DELEGATION_MESSAGES
from forms.messages.message import Message
from forms.messages.notices import NOTICE_MESSAGES
from forms.messages.outgoing import OUTGOING_MESSAGES
from forms.messages.word import WORD_MESSAGES

MESSAGES = {
    "required": Message(
        "Ô này còn trống, cần có nội dung. Điền vào rồi gửi lại.",
        "This is empty but needed. Fill it in and send again.",
    ),
    "choose_one": Message(
        "Chưa chọn mục nào, cần ít nhất một mục. Chọn mục phù hợp rồi gửi lại.",
        "Nothing is chosen; at least one is needed. Choose what applies and send again.",
    ),
    "not_text": Message(
        "Ô này không chứa văn bản, cần một đoạn văn bản. Nhập lại bằng chữ.",
        "This is not text, and text is expected. Type it again.",
    ),
    "too_long": Message(
        "Nội dung dài {found} ký tự, giới hạn là {limit} ký tự. Rút gọn rồi gửi lại.",
        "This has {found} characters; the limit is {limit}. Shorten it and send again.",
        ("limit", "found"),
    ),
    "control_character": Message(
        "Nội dung có ký tự ẩn {found} không in được, chỉ nhận chữ và dấu câu."
        " Xóa chỗ đó hoặc gõ lại thay vì dán.",
        "There is a hidden character {found}; only printable text is accepted."
        " Delete it, or type instead of pasting.",
        ("found",),
    ),
    "unprintable": Message(
        "Văn bản không in được vì có ký tự ngoài bảng chữ ({found})."
        " Sửa ô này; nếu ký tự nằm trong hồ sơ, trả lại để đơn vị sửa.",
        "The paper cannot be printed, because of a letter outside our fonts ({found})."
        " Correct this box; if it is in the dossier, return it to be corrected.",
        ("found",),
    ),
    "no_room_to_print": Message(
        "Tên, chức vụ, đơn vị hoặc lời khen quá dài, không in vừa bằng dù đã thu nhỏ chữ."
        " Rút gọn chức vụ, đơn vị trong hồ sơ; nếu là tên, báo người quản trị.",
        "Name, title, unit or citation is too long: it does not fit the certificate even in"
        " small print. Shorten title and unit in the dossier; if it is the name, tell the"
        " administrator.",
    ),
    "not_a_check_code": Message(
        "“{found}” không phải mã kiểm tra. Mã có 12 chữ cái và chữ số, in dưới chân văn bản"
        " theo ba nhóm, ví dụ 7KQM-2F9D-XW4P.",
        "“{found}” is no code. A code has 12 letters and digits, printed at the foot of the"
        " paper in three groups, for example 7KQM-2F9D-XW4P.",
        ("found",),
    ),
    "not_millimetres": Message(
        "“{found}” không phải số milimét. Ghi số từ -{most} đến {most}, ví dụ 1,5 hoặc -2.",
        "“{found}” is not a number of millimetres. Give one from -{most} to {most}, for"
        " example 1.5 or -2.",
        ("found", "most"),
    ),
    "not_in_list": Message(
        "“{found}” không có trong danh sách của biểu mẫu này. Chọn một mục có trên trang.",
        "“{found}” is not in the list of this form. Choose one that the page shows.",
        ("found",),
    ),
    "other_kind": Message(
        "Mục đã chọn không thuộc loại đối tượng ở trên: cá nhân là một người, tập thể và doanh"
        " nghiệp là một đơn vị. Chọn lại một trong hai ô.",
        "What is chosen does not go with the kind of subject above: an individual is a"
        " person, a collective or enterprise is a unit. Change one of the two.",
    ),
    "only_for_individuals": Message(
        "Công việc chỉ được chọn khi đề nghị cho cá nhân. Chọn “Cá nhân” ở trên, hoặc bỏ chọn"
        " ở ô này.",
        "What somebody does is chosen for an individual alone. Choose “Individual” above, or"
        " clear this box.",
    ),
    "confirm_subject": Message(
        "Có đối tượng viết gần giống trong hệ thống. Chọn đúng đối tượng đó, hoặc chọn “Không"
        " phải, đây là đối tượng khác”.",
        "A subject on record is written alike. Choose it if it is the one, or choose “None of"
        " them”.",
    ),
    "not_a_list": Message(
        "Các lựa chọn gửi lên không đúng dạng danh sách. Mở lại trang và chọn lại.",
        "The choices did not come as a list. Open the page again and choose again.",
    ),
    "not_a_day": Message(
        "“{found}” không phải là một ngày. Viết theo dạng ngày/tháng/năm, ví dụ 05/09/2026.",
        "“{found}” is not a day. Write day/month/year, for example 05/09/2026.",
        ("found",),
    ),
    "day_in_future": Message(
        "Ngày {found} chưa đến, hôm nay là {today}. Ghi ngày không sau hôm nay.",
        "The day {found} has not come; today is {today}. Give a day no later than today.",
        ("found", "today"),
    ),
    "signed_before_submitted": Message(
        "Ngày ký {found} ở trước ngày nộp hồ sơ {submitted}. Kiểm tra lại ngày trên văn bản.",
        "The day of signing {found} comes before the submission on {submitted}."
        " Check the day on the paper.",
        ("found", "submitted"),
    ),
    "ends_before_it_begins": Message(
        "Thời điểm kết thúc {found} ở trước thời điểm bắt đầu {begins}."
        " Sửa một trong hai thời điểm.",
        "The end {found} comes before the beginning {begins}. Correct one of the two.",
        ("found", "begins"),
    ),
    "day_not_ahead": Message(
        "Ngày {found} không sau hôm nay, {today}. Ghi một ngày sau hôm nay.",
        "The day {found} does not come after today, {today}. Give a later day.",
        ("found", "today"),
    ),
    "day_is_set": Message(
        "Ngày {found} khác hạn tính theo cấu hình đơn vị là {due}. Để trống ô này để dùng"
        " hạn đó.",
        "The day {found} is not {due}, which the setting of the office gives. Leave this"
        " empty to use that day.",
        ("found", "due"),
    ),
    "too_many_supplements": Message(
        "Cấp này đã yêu cầu bổ sung thành phần hồ sơ {made} lần, cấu hình đơn vị cho phép"
        " nhiều nhất {limit} lần. Bỏ dấu ở mục này; nếu hồ sơ vẫn thiếu, kết luận theo hồ sơ"
        " hiện có.",
        "This level has asked for missing papers {made} times; the office allows {limit} at"
        " most. Untick this; if the dossier is still incomplete, decide on it as it is.",
        ("made", "limit"),
    ),
    "papers_without_tick": Message(
        "Ô này chỉ dùng khi thiếu thành phần hồ sơ, nhưng mục đó chưa được đánh dấu. Đánh"
        " dấu “Thiếu thành phần hồ sơ” hoặc xóa nội dung ở ô này.",
        "This is only for a part that is missing, and that is not ticked. Tick “A part of the"
        " dossier is missing”, or clear this.",
    ),
    "not_a_count": Message(
        "“{found}” không phải là số đếm. Ghi một số nguyên từ 0, chỉ gồm chữ số.",
        "“{found}” is not a count. Write a whole number from 0, in digits alone.",
        ("found",),
    ),
    "too_small": Message(
        "Số {found} nhỏ hơn mức thấp nhất là {least}. Kiểm tra và ghi lại.",
        "The number {found} is below the least allowed, {least}. Check and correct it.",
        ("least", "found"),
    ),
    "too_large": Message(
        "Số {found} lớn hơn mức cao nhất là {most}. Kiểm tra và ghi lại.",
        "The number {found} is above the most allowed, {most}. Check and correct it.",
        ("most", "found"),
    ),
    "more_attend_than_members": Message(
        "Số dự họp và ý kiến bằng văn bản là {found}, nhiều hơn tổng số {members} thành viên."
        " Kiểm tra lại ba số này.",
        "Those present and those who wrote make {found}, more than the {members} members."
        " Check these three numbers.",
        ("found", "members"),
    ),
    "more_votes_than_voters": Message(
        "Tổng số phiếu là {found}, nhiều hơn {voters} người dự họp hoặc gửi ý kiến."
        " Kiểm tra lại số phiếu.",
        "The votes make {found}, more than the {voters} who were present or wrote."
        " Check the votes.",
        ("found", "voters"),
    ),
    "papers_add_up": Message(
        "Các phiếu đếm được là {found}, nhưng số phiếu thu về là {returned}. Đếm và ghi lại.",
        "The papers counted make {found}, but {returned} came back. Count and write again.",
        ("found", "returned"),
    ),
    "count_twice": Message(
        "Các mục {numbers} chưa đủ hai người kiểm phiếu ghi số. Ghi đủ rồi kết thúc.",
        "Items {numbers} were not counted by two people yet. Have them counted, then close.",
        ("numbers",),
    ),
    "scan_missing": Message(
        "Chưa có bản quét biên bản kiểm phiếu đã ký. Tải bản quét lên rồi kết thúc.",
        "The scan of the signed count is missing. Upload it, then close.",
    ),
    "moment_not_ahead": Message(
        "Giờ kết thúc {found} không sau lúc này, {now}. Ghi một giờ sau lúc này.",
        "The time {found} does not come after now, {now}. Give a later time.",
        ("found", "now"),
    ),
    "not_a_document_number": Message(
        "“{found}” chưa đúng số, ký hiệu văn bản. Viết như 05/QĐ-UBND: số có từ hai chữ số,"
        " dấu gạch chéo, rồi ký hiệu.",
        "“{found}” is not the number and symbol of a document. Write it like 05/QĐ-UBND:"
        " two digits or more, a slash, then the symbol.",
        ("found",),
    ),
    "answer_one_criterion": Message(
        "Chưa có tiêu chí nào được trả lời, cần ít nhất một."
        " Viết kết quả vào tiêu chí mà đối tượng đạt được.",
        "No criterion is answered; at least one is needed."
        " Write the results under a criterion that the subject meets.",
    ),
    "too_many_rows": Message(
        "Bảng có {found} dòng, nhiều nhất là {limit} dòng. Giữ lại những dòng quan trọng nhất.",
        "The table has {found} rows; the limit is {limit}. Keep those that matter most.",
        ("limit", "found"),
    ),
    "not_declared": Message(
        "Chưa đánh dấu lời cam kết, hồ sơ chỉ nộp được khi có cam kết."
        " Đọc lời cam kết và đánh dấu vào ô.",
        "The declaration is not ticked, and a dossier is submitted only with it."
        " Read the declaration and tick the box.",
    ),
    "explain_verdict": Message(
        "Mục này không được đánh giá “Đạt” mà chưa có ghi chú."
        " Ghi rõ điểm không đạt hoặc cần bổ sung.",
        "This item is not “Met” and has no note. Say what is not met or must be completed.",
    ),
    "explain_departure": Message(
        "Kết quả này khác ý kiến của Hội đồng nhưng chưa nêu lý do, cần có lý do."
        " Ghi rõ lý do quyết định khác.",
        "This differs from the council's advice without a reason, and one is needed."
        " Say why it is decided otherwise.",
    ),
    "no_departure": Message(
        "Kết quả này không khác ý kiến của Hội đồng nên không cần lý do. Xóa nội dung ở ô này.",
        "This does not differ from the council's advice, so no reason is expected."
        " Clear this box.",
    ),
    "not_an_attachment": Message(
        "“{found}” không phải là tệp đã tải lên ở bước này. Chọn một tệp trong danh sách.",
        "“{found}” is not a file added at this step. Choose a file from the list.",
        ("found",),
    ),
    "unknown_field": Message(
        "Biểu mẫu này không có ô “{found}”, chỉ nhận những ô có trên trang."
        " Mở lại trang và gửi lại.",
        "This form has no “{found}”; only what the page shows is accepted."
        " Open the page again and send again.",
        ("found",),
    ),
    "wrong_password": Message(
        "Mật khẩu hiện tại không đúng. Nhập lại mật khẩu đang dùng.",
        "The present password is wrong. Type the password that you use now.",
    ),
    "same_password": Message(
        "Mật khẩu mới trùng với mật khẩu đang dùng. Chọn một mật khẩu khác.",
        "The new password is the one you have. Choose another.",
    ),
    "passwords_differ": Message(
        "Hai lần nhập mật khẩu mới không giống nhau. Nhập lại cả hai ô.",
        "The new password was not typed the same twice. Type both again.",
    ),
    "too_short": Message(
        "Nội dung có {found} ký tự, cần ít nhất {least} ký tự. Viết dài hơn rồi gửi lại.",
        "This has {found} characters; at least {least} are needed. Make it longer.",
        ("least", "found"),
    ),
    "username_taken": Message(
        "Tên đăng nhập “{found}” đã có người dùng. Chọn tên khác.",
        "The user name “{found}” is taken. Choose another.",
        ("found",),
    ),
    "has_account": Message(
        "Người này đã có tài khoản đăng nhập. Đặt lại mật khẩu nếu cần.",
        "This person has a login already. Reset its password if needed.",
    ),
    "not_a_code": Message(
        "“{found}” không dùng làm mã được. Mã chỉ gồm chữ thường không dấu, chữ số và gạch"
        " nối, ví dụ thcs-hoa-ban.",
        "“{found}” cannot be a code. Use small letters without marks, digits and hyphens,"
        " for example thcs-hoa-ban.",
        ("found",),
    ),
    "code_taken": Message(
        "Mã “{found}” đã thuộc về đơn vị khác. Chọn mã khác.",
        "The code “{found}” belongs to another unit. Choose another.",
        ("found",),
    ),
    "unit_closed": Message(
        "Đơn vị này đã ngừng hoạt động từ ngày {found}. Chọn đơn vị đang hoạt động.",
        "This unit closed on {found}. Choose one that is open.",
        ("found",),
    ),
    "unit_under_itself": Message(
        "Đơn vị cấp trên được chọn nằm trong chính đơn vị này. Chọn đơn vị khác.",
        "The unit chosen above this one lies within it. Choose another.",
    ),
    "unit_has_units": Message(
        "Còn {found} đơn vị trực thuộc đang hoạt động. Chuyển hoặc đóng các đơn vị đó trước.",
        "It still has {found} open units under it. Move or close them first.",
        ("found",),
    ),
    "unit_has_positions": Message(
        "Còn {found} chức danh có hiệu lực sau ngày đóng. Kết thúc các chức danh đó trước.",
        "{found} positions are in force after the day of closing. End them first.",
        ("found",),
    ),
    "unit_has_cases": Message(
        "Còn {found} hồ sơ của đơn vị hoặc đang chờ đơn vị xử lý."
        " Giải quyết xong rồi mới đóng.",
        "{found} open cases are of this unit or wait for it. Finish them first.",
        ("found",),
    ),
    "role_not_of_this_unit": Message(
        "Vai trò “{role}” không thuộc loại đơn vị này. Chọn đơn vị hoặc vai trò khác.",
        "The role “{role}” does not belong to this kind of unit. Choose another.",
        ("role",),
    ),
    "position_held": Message(
        "Người này đã giữ vai trò đó tại đơn vị từ ngày {found}. Kết thúc chức danh cũ trước.",
        "This person has had that role in the unit since {found}. End that position first.",
        ("found",),
    ),
    "ends_later_than_before": Message(
        "Ngày {found} muộn hơn ngày kết thúc đã ghi là {ends}. Giao chức danh mới để kéo dài.",
        "The day {found} is later than the recorded end, {ends}. Give a new position instead.",
        ("found", "ends"),
    ),
    "year_outside_plan": Message(
        "Năm này nằm ngoài thời gian của kế hoạch ({years}). Ghi năm trong khoảng đó.",
        "This year is outside the plan ({years}). Give a year within it.",
        ("years",),
    ),
    "not_a_percent": Message(
        "“{found}” không phải là tỷ lệ phần trăm từ {least} đến {most}."
        " Ghi số nguyên, ví dụ 60 cho 60 % (không ghi 0,6).",
        "“{found}” is not a percentage from {least} to {most}."
        " Write a whole number, for example 60 for 60 % (not 0.6).",
        ("least", "most", "found"),
    ),
    "not_a_multiplier": Message(
        "“{found}” không phải là hệ số. Ghi số dương, nhiều nhất hai chữ số sau dấu phẩy,"
        " ví dụ 0,15.",
        "“{found}” is not a multiplier. Write a positive number with at most two decimals,"
        " for example 0.15.",
        ("found",),
    ),
    "not_a_share": Message(
        "“{found}” không phải là một phần của tổng số. Ghi phân số không lớn hơn 1, ví dụ 2/3.",
        "“{found}” is not a share of the whole. Write a fraction of at most 1, for example"
        " 2/3.",
        ("found",),
    ),
    "day_outside": Message(
        "Ngày {found} nằm ngoài khoảng từ {first} đến {last}. Kiểm tra năm và ghi lại.",
        "The day {found} is not between {first} and {last}. Check the year and correct it.",
        ("first", "last", "found"),
    ),
    "decided_before_achievement": Message(
        "Ngày quyết định {found} ở trước ngày bắt đầu lập thành tích {begins}."
        " Kiểm tra lại hai ngày này trên quyết định.",
        "The decision of {found} comes before the achievement began on {begins}."
        " Check both days on the decision.",
        ("found", "begins"),
    ),
    "achieved_after_decision": Message(
        "Thành tích tính đến ngày {found}, sau năm của quyết định ngày {decided}."
        " Kiểm tra lại hai ngày này trên quyết định.",
        "The achievement lasts until {found}, after the year of the decision of {decided}."
        " Check both days on the decision.",
        ("found", "decided"),
    ),
    "district_is_gone": Message(
        "Quyết định ngày {found} không thể là của cấp huyện: cấp huyện kết thúc hoạt động từ"
        " ngày 01/7/2025. Chọn cấp khác hoặc sửa ngày.",
        "A decision of {found} cannot be of a district: districts ended on 1 July 2025."
        " Choose another level, or correct the day.",
        ("found",),
    ),
    "not_of_this_authority": Message(
        "Hình thức này không do cấp đã chọn quyết định (Điều 77 đến Điều 80 của Luật)."
        " Chọn lại hình thức hoặc cấp quyết định.",
        "The level chosen does not grant this award (Arts. 77 to 80 of the Law)."
        " Choose another award or level.",
    ),
    "already_in_register": Message(
        "Sổ đã có hình thức này cho đối tượng này theo cùng một quyết định (mục {found})."
        " Xem mục đó trước khi ghi.",
        "The register already has this award to this subject by the same decision"
        " (entry {found}). Look at that entry first.",
        ("found",),
    ),
    "before_the_award": Message(
        "Ngày {found} ở trước ngày của quyết định khen thưởng là {decided}."
        " Kiểm tra lại ngày trên văn bản.",
        "The day {found} comes before the decision to award of {decided}."
        " Check the day on the paper.",
        ("found", "decided"),
    ),
    "same_number": Message(
        "Quyết định thay thế có số riêng, không dùng lại số {found}."
        " Ghi số của quyết định mới.",
        "A replacing decision has a number of its own, not {found}."
        " Give the number of the new decision.",
        ("found",),
    ),
    "mend_by_decision": Message(
        "Mục này do quyết định của một hồ sơ trong hệ thống, không sửa như lỗi ghi sổ được."
        " Ghi văn bản đính chính hoặc quyết định thay thế.",
        "This entry comes from the decision of a case here and is no typing mistake."
        " Record the letter that corrects it, or the decision that replaces it.",
    ),
    "not_a_form": Message(
        "Nội dung gửi lên không phải là một biểu mẫu. Mở lại trang, điền và gửi lại.",
        "What was sent is not a form. Open the page again, fill it in and send again.",
    ),
    "same_record": Message(
        "Hai bên là cùng một đối tượng trong sổ. Chọn một đối tượng khác để gộp.",
        "Both are one record. Choose another one to merge with.",
    ),
    "merged_before": Message(
        "“{found}” đã được gộp vào đối tượng khác. Mở đối tượng đang dùng rồi làm tại đó.",
        "“{found}” was merged into another record. Open the one in use and act there.",
        ("found",),
    ),
    "not_merged": Message(
        "“{found}” chưa gộp vào đối tượng nào nên không có gì để tách."
        " Mở lại trang để xem tình trạng hiện nay.",
        "“{found}” was merged into no other record, so there is nothing to take apart."
        " Open the page again to see how it stands.",
        ("found",),
    ),
    "person_or_not": Message(
        "“{found}” không cùng loại: cá nhân chỉ đi với cá nhân, tập thể chỉ đi với tập thể,"
        " doanh nghiệp, hộ gia đình. Chọn lại đối tượng.",
        "“{found}” is of another kind: a person goes with a person, a collective with a"
        " collective, enterprise or household. Choose another subject.",
        ("found",),
    ),
    "two_of_the_office": Message(
        "“{gone}” và “{kept}” đang là hai người hoặc hai đơn vị riêng trong danh mục, không"
        " gộp được. Kiểm tra lại danh mục đơn vị, người dùng trước.",
        "“{gone}” and “{kept}” are two people or two units of the office, and cannot be one."
        " Check the units and people first.",
        ("gone", "kept"),
    ),
    "people_are_not_dissolved": Message(
        "Đối tượng này là cá nhân, chỉ tập thể, doanh nghiệp, hộ gia đình mới ghi ngày giải"
        " thể. Bỏ ngày này.",
        "This is a person; only a collective, enterprise or household is dissolved."
        " Leave the day out.",
    ),
    "settled_before": Message(
        "Vấn đề này đã được ghi là giải quyết xong ngày {found}. Mở lại trang để xem.",
        "This matter was recorded as settled on {found}. Open the page again to see it.",
        ("found",),
    ),
    "note_for_other_alone": Message(
        "Chỉ lý do khác mới cần ghi rõ; không ghi nội dung khiếu nại, tố cáo vào hệ thống."
        " Xóa nội dung ở ô này.",
        "Only another reason is described; what a complaint or denunciation says is never"
        " kept here. Clear this box.",
    ),
    "number_before_signature": Message(
        "Đã có số nhưng chưa có ngày ký: số chỉ được cấp sau khi người có thẩm quyền ký (Nghị"
        " định số 30/2020/NĐ-CP, Điều 15). Ghi ngày ký, hoặc bỏ số.",
        "There is a number but no day of signature; a number is given after the signature"
        " (Decree No. 30/2020/NĐ-CP, Article 15). Give the day, or leave the number out.",
    ),
    "say_no_opinions": Message(
        "Không có ý kiến nào là kết quả hợp lệ, nhưng biên bản phải ghi rõ (Luật Thi đua,"
        " khen thưởng, Điều 84 khoản 5). Nêu điều đó ở ô này.",
        "No opinion at all is a valid outcome, but the minutes must say so (Law on Emulation"
        " and Commendation, Article 84, clause 5). Write it here.",
    ),
    "choose_file": Message(
        "Chưa chọn tệp nào, cần một tệp danh sách. Chọn tệp trên máy rồi tải lên.",
        "No file is chosen, and a list is needed. Choose the file and upload it.",
    ),
    "list_not_utf8": Message(
        "Tệp không phải văn bản UTF-8 (dòng {line}). Mở bằng Excel, chọn Lưu thành, loại"
        " “CSV UTF-8”, rồi tải lại; bản dùng phông .VnTime cần chuyển sang Unicode trước.",
        "The file is no UTF-8 text (line {line}). Save it as “CSV UTF-8” in Excel and upload"
        " it again; text in .VnTime fonts must be converted to Unicode first.",
        ("line",),
    ),
    "list_is_workbook": Message(
        "Đây là tệp Excel hoặc tệp nén, chỉ nhận danh sách CSV. Mở bằng Excel, chọn Lưu thành,"
        " loại “CSV UTF-8”, rồi tải lại.",
        "This is a workbook or an archive; only a CSV list is read. Save it as “CSV UTF-8” in"
        " Excel and upload it again.",
    ),
    "list_not_csv": Message(
        "Dòng {line} không đọc được theo dạng CSV, thường do thiếu dấu nháy kép đóng."
        " Sửa dòng này rồi tải lại.",
        "Line {line} is no CSV, mostly because a closing quotation mark is missing."
        " Mend it and upload again.",
        ("line",),
    ),
    "list_too_large": Message(
        "Tệp có {found} byte, nhiều nhất là {limit} byte. Chia danh sách thành nhiều tệp.",
        "The file has {found} bytes, at most {limit} are read. Split the list into files.",
        ("limit", "found"),
    ),
    "list_without_rows": Message(
        "Tệp không có dòng danh sách nào dưới dòng tên cột. Kiểm tra lại tệp rồi tải lên.",
        "The file has no rows below the names of its columns. Check it and upload again.",
    ),
    "list_lacks_column": Message(
        "Thiếu cột {column}; tệp có các cột: {found}. Đặt lại tên cột ở dòng đầu rồi tải lên.",
        "The column {column} is missing; the file has: {found}. Name the column in the first"
        " line and upload again.",
        ("column", "found"),
    ),
    "list_column_twice": Message(
        "Cột {column} có hai lần, chỉ được có một. Bỏ hoặc đổi tên một cột rồi tải lên.",
        "The column {column} is there twice, and one is expected. Rename one and upload again.",
        ("column",),
    ),
    "list_known": Message(
        "Tệp này đã được tải lên ngày {day} với tên {found}. Mở danh sách đó, hoặc chọn tệp"
        " khác.",
        "This file was uploaded on {day} as {found}. Open that list, or choose another file.",
        ("found", "day"),
    ),
    "counts_differ": Message(
        "Số lượng không khớp: quyết định ghi {stated}, danh sách có {found}. Đối chiếu quyết"
        " định với danh sách rồi sửa cho khớp.",
        "The numbers differ: the decision says {stated}, the list has {found}. Compare the"
        " two and make them agree.",
        ("stated", "found"),
    ),
    "row_doubled": Message(
        "Dòng {line} trùng đối tượng và hình thức với dòng {first}. Đánh dấu bỏ qua dòng này,"
        " hoặc chọn đúng đối tượng của nó.",
        "Line {line} has the subject and the award of line {first}. Leave it out, or choose"
        " the subject that it is for.",
        ("line", "first"),
    ),
    "row_other_width": Message(
        "Dòng này có {found} ô, cần {expected} ô như dòng tên cột. Sửa tệp rồi tải lại, hoặc"
        " bỏ qua dòng này.",
        "This line has {found} cells, {expected} are expected as in the first line. Mend the"
        " file, or leave the line out.",
        ("found", "expected"),
    ),
    "row_without_subject": Message(
        "Dòng này không có tên đối tượng. Bổ sung tên trong tệp rồi tải lại, hoặc bỏ qua dòng"
        " này.",
        "This line has no subject. Give it in the file and upload again, or leave it out.",
    ),
    "row_without_honour": Message(
        "Dòng này không có danh hiệu, hình thức khen thưởng. Bổ sung trong tệp rồi tải lại,"
        " hoặc bỏ qua dòng này.",
        "This line names no award. Give it in the file and upload again, or leave it out.",
    ),
    "row_of_unknown_kind": Message(
        "Không rõ “{found}” là cá nhân hay tập thể. Ghi “Khen thưởng cá nhân” hoặc “Khen"
        " thưởng tập thể” trong tệp rồi tải lại, hoặc bỏ qua dòng này.",
        "“{found}” is neither an individual nor a collective. Say which in the file and upload"
        " it again, or leave the line out.",
        ("found",),
    ),
    **CERTIFICATE_MESSAGES,
    **COUNCIL_MESSAGES,
    **DELEGATION_MESSAGES,
    **NOTICE_MESSAGES,
    **OUTGOING_MESSAGES,
    **WORD_MESSAGES,
}
"""Sentence of each message code of our forms."""

QUOTED = 60
"""How many characters of what was typed a message repeats."""


def code(name: str, *values: object) -> str:
    """Return the code ``name`` with its values, shortened where people typed them.

    :raises KeyError: no sentence has that name.
    :raises ValueError: the sentence takes another number of values.
    """
    expected = MESSAGES[name].values
    if len(values) != len(expected):
        raise ValueError(f"{name} takes {expected}, got {values}")
    return "|".join([name, *(str(value).replace("|", "¦")[:QUOTED] for value in values)])


def sentence(message: str, language: str) -> str:
    """Return what people read for a code such as ``too_long|8000|8001``.

    Numbers of four digits and more are grouped as the language groups them.

    :raises KeyError: no sentence has that name.
    """
    name, *found = message.split("|")
    known = MESSAGES[name]
    template = known.en if language == "en" else known.vi
    values = [_group(value, language) for value in found]
    return template.format(**dict(zip(known.values, values, strict=True)))


def _group(value: str, language: str) -> str:
    """Return a plain number with its thousands grouped; other text unchanged."""
    if not (value.isascii() and value.isdigit() and len(value) < 10):  # noqa: PLR2004
        return value
    return f"{int(value):,}".replace(",", "," if language == "en" else ".")
